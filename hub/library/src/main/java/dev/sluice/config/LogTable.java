package dev.sluice.config;

import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.SettingType;
import java.util.List;

/// `[log]`: the content and the format of the log.
public final class LogTable {
    /// The formats of log lines.
    public enum Format {
        TEXT,
        JSON
    }

    public static final Setting<Format> FORMAT = new Setting<>(
            "log.format",
            new SettingType.Word<>(Format.class),
            Format.TEXT,
            "How the log is written to standard error: as lines of text, or as a JSON object a line, in which what a line"
                    + " says as `key=value` has members of its own.");
    public static final Setting<Boolean> ACCESS = new Setting<>(
            "log.access",
            new SettingType.Switch(),
            false,
            "Whether each request is logged, on the logger `dev.sluice.access`: method, path without the query, status,"
                    + " bytes of the answer, milliseconds, who and from where. A stream is logged when it begins.");

    public static final List<Setting<?>> ALL = List.of(FORMAT, ACCESS);

    private LogTable() {}
}
