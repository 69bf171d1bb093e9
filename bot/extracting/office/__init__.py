"""Documents of Word, PowerPoint, Excel and LibreOffice: archives of XML, of which only the text is wanted."""
