"""What a page costs, measured beside a bare Flask page in the same run. docs/speed.md says how and why."""
