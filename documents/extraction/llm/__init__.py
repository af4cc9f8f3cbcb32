"""A language model as a second opinion: what it is asked, what it said, where that stands, what follows. No calls here.

    question = ask(pages, profile, most_characters=24_000)       system and user message, and the schema of the answer
    said = read_answer(text, profile)                            what it said of each field; ValueError for nonsense
    findings = merged(findings, said, pages, profile)            evidence, alternatives and proposals; nothing is replaced

What stands in a document is data: it is sent between two marks that it cannot hold, and what comes back is looked for among
the words of the pages before it counts.
"""
