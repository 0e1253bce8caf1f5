import CommandStatus

Walk.runAsMain()
