"""Tables: a federation's own identity, bodies, texts and agreements."""
