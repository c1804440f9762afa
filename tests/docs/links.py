#!/usr/bin/env python3
"""What the documents refer to in this tree is there: files, and headings in them.

    links.py ROOT
"""
import pathlib
import re
import sys

LINK = re.compile(r"""\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"|^\[[^\]]+\]: (\S+)""", re.M)
CODE = re.compile(r"^```.*?^```", re.M | re.S)


def anchors(text):
    """Its headings, as they are named in links."""
    headings = re.findall(r"^#+ (.*)$", CODE.sub("", text), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def faults(document):
    text = document.read_text()
    for match in LINK.finditer(CODE.sub("", text)):
        link = next(filter(None, match.groups()))
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        if not target.exists():
            yield f"{document}: {link} is not there"
        elif anchor and anchor not in anchors(target.read_text()):
            yield f"{document}: {target.name} has no heading '{anchor}'"


def main():
    root = pathlib.Path(sys.argv[1])
    documents = sorted([*root.glob("*.md"), *root.glob("docs/*.md")])
    found = [fault for document in documents for fault in faults(document)]
    print("\n".join(found) or f"{len(documents)} documents")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
