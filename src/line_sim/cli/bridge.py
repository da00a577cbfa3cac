"""``line-sim bridge``: its commands."""

from __future__ import annotations

import typer

from line_sim.cli import (
    bridge_care,
    bridge_channels,
    bridge_customers,
    bridge_run,
    bridge_setup,
    bridge_staff,
)

bridge = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Connect LINE Official Accounts to a desk whose staff answer customers (docs/bridge.md).",
    epilog="\b\nBegin with:\n"
    "  line-sim bridge init --folder shop --public-url https://bridge.example.com\n"
    "  line-sim bridge destinations --folder shop --add Front\n"
    "  line-sim bridge connect --folder shop --name Shop --destination 1\n"
    "  line-sim bridge run --folder shop\n"
    "  line-sim bridge doctor --folder shop",
)
bridge.command("init", epilog=bridge_setup.EXAMPLES)(bridge_setup.init)
bridge.command("run", epilog=bridge_run.EXAMPLES)(bridge_run.run)
bridge.command("connect", epilog=bridge_channels.EXAMPLES)(bridge_channels.connect)
bridge.command("channels")(bridge_channels.channels)
bridge.command("enable")(bridge_channels.enable)
bridge.command("suspend")(bridge_channels.suspend)
bridge.command("resume")(bridge_channels.resume)
bridge.command("delete")(bridge_channels.delete)
bridge.command("edit")(bridge_channels.edit)
bridge.command("credentials")(bridge_channels.credentials)
bridge.command("destinations")(bridge_setup.destinations)
bridge.command("staff", epilog=bridge_staff.EXAMPLES)(bridge_staff.staff)
bridge.command("doctor", epilog=bridge_care.EXAMPLES)(bridge_care.doctor)
bridge.command("quota")(bridge_care.quota)
bridge.command("report", epilog=bridge_customers.EXAMPLES)(bridge_customers.report)
bridge.command("export", epilog=bridge_customers.EXAMPLES)(bridge_customers.export)
bridge.command("erase", epilog=bridge_customers.EXAMPLES)(bridge_customers.erase)
bridge.command("retention", epilog=bridge_customers.EXAMPLES)(bridge_customers.retention)
bridge.command("backup")(bridge_care.backup)
bridge.command("restore")(bridge_care.restore)
bridge.command("upgrade")(bridge_run.upgrade)
