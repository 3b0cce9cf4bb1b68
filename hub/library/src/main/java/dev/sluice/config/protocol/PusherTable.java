package dev.sluice.config.protocol;

import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.SettingType;
import java.util.List;

/// `[pusher]`: the Pusher Channels protocol.
public final class PusherTable {
    public static final Setting<String> APPS_FILE = new Setting<>(
            "pusher.apps_file",
            new SettingType.Text("the path of a file", text -> text.indexOf('\0') < 0),
            "",
            "A file of Java properties with the apps to serve by the Pusher protocol; none if empty. Each has `ID.key`"
                    + " and `ID.secret`, or `ID.secret_env` with the name of an environment variable. It has secrets:"
                    + " only the hub's user should be able to read it.");

    public static final Setting<String> PATH = new Setting<>(
            "pusher.path",
            new SettingType.Text("\"\" or a path such as \"/ws\"", DurableStreamsTable::isPath),
            "",
            "What is before `/app/KEY` and `/apps/ID` in the addresses.");

    public static final List<Setting<?>> ALL = List.of(APPS_FILE, PATH);

    private PusherTable() {}
}
