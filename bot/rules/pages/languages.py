"""Programming languages: how Discord names them, and the extensions of their files."""

from dataclasses import dataclass

_LANGUAGES = {"c#": "cs", "f#": "fsharp", "c++": "cpp"}
_OWN = (
    "c cpp cs css csv diff go html ini java js json jsx kt lua md nix php py r rb rs scala scss sh sql svg"
    " swift tex toml ts tsx vue xml yaml yml zig dockerfile ps1"
)
_OTHERS = (
    "bash:sh batch:bat clojure:clj console:sh csharp:cs dart:dart elixir:ex erlang:erl fsharp:fs golang:go"
    " haskell:hs javascript:js jsonc:json julia:jl kotlin:kt latex:tex makefile:mk markdown:md matlab:m"
    " objectivec:m ocaml:ml patch:diff perl:pl powershell:ps1 protobuf:proto python:py python3:py ruby:rb"
    " rust:rs shell:sh terraform:tf typescript:ts vb:vb zsh:sh"
)
_EXTENSIONS = {
    **{name: name for name in _OWN.split()},
    **dict(pair.split(":") for pair in _OTHERS.split()),
}


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file that is attached to a message: what its pages have no room for."""

    name: str
    text: str


def language_of(info: str) -> str:
    """Return a language as Discord knows it from what stands behind a fence."""
    words = "".join(" " if letter in "{},;:=" else letter for letter in info).split()
    name = words[0].lstrip(".").lower() if words else ""
    name = _LANGUAGES.get(name, name)
    return name if all(letter.isascii() and (letter.isalnum() or letter in "_+-.") for letter in name) else ""


def name_of(language: str, number: int) -> str:
    """Return the name of an answer's file of that number, which starts with 1."""
    extension = _EXTENSIONS.get(language, "txt")
    return f"code.{extension}" if number == 1 else f"code-{number}.{extension}"
