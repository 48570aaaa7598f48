"""The service under fire: killer queries, a long mixed load with injected faults, sudden kills."""
