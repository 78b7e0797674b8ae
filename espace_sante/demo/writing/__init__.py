"""Our own writers of what a health space receives: CDA documents, letters, images, plain files. Same call, same bytes."""
