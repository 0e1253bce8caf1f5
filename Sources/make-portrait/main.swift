import CommandStatus

MakePortrait.runAsMain()
