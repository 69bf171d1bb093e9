"""Documents of Word, PowerPoint and Excel, which are archives of XML. Only their text is of interest here."""
