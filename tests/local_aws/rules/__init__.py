"""What AWS refuses and the emulator does not, one noun a file.

Each rule is a function of the request and of the existing resources, with its source beside it. It
raises `Refusal` or returns nothing. `cognito.py` calls it, and a test in `test_local_aws_rules.py`
shows that it is needed: when the emulator itself refuses the request, the test fails, and the rule
can be removed.
"""
