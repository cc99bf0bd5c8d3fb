"""What AWS refuses and the emulator does not, one noun a file.

Every rule is a function of what the call says and of what is already there. It raises
`Refusal` or returns nothing, and beside it stands where we know it from. When the emulator
learns to refuse by itself, the rule's test says so and the rule goes.
"""
