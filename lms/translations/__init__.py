"""What the interface says in other languages. The message ids are the Spanish texts."""
