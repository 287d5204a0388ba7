"""What a flow chains, in the order in which data walks: extract, transform, load, report."""
