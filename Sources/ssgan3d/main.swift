import CommandStatus

SSGAN3D.runAsMain()
