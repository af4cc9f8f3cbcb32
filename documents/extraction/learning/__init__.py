"""How the numbers of the model are learned from documents with known values. Not needed to read documents."""
