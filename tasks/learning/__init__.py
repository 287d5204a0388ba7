"""Small statistical models that are trained on annotated sentences and help the rules to choose."""
