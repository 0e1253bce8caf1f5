import CommandStatus

Bench.runAsMain()
