package dev.sluice.config.protocol;

import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.SettingType;
import java.util.List;

/// `[durable_streams]`: the Durable Streams protocol.
public final class DurableStreamsTable {
    public static final Setting<String> PATH = new Setting<>(
            "durable_streams.path",
            new SettingType.Text("\"\" or a path such as \"/streams\"", DurableStreamsTable::isPath),
            "",
            "The path below which the hub serves its channels by the Durable Streams protocol; none if empty.");

    public static final List<Setting<?>> ALL = List.of(PATH);

    private DurableStreamsTable() {}

    static boolean isPath(String text) {
        return text.isEmpty() || text.matches("(/[A-Za-z0-9._~-]+)+");
    }
}
