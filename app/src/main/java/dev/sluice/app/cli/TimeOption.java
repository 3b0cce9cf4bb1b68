package dev.sluice.app.cli;

import dev.sluice.config.setting.SettingType;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// An option that takes a duration, written as in the configuration file.
public final class TimeOption implements ITypeConverter<Duration> {
    private static final SettingType.Time KIND = new SettingType.Time(Duration.ofSeconds(1), Duration.ofDays(365));

    @Override
    public Duration convert(String text) {
        try {
            return read("it", text);
        } catch (IllegalArgumentException reason) {
            throw new TypeConversionException(reason.getMessage());
        }
    }

    /// @throws IllegalArgumentException if the text is not a duration
    public static Duration read(String option, String text) {
        return KIND.parse(text)
                .orElseThrow(() ->
                        new IllegalArgumentException(option + " takes " + KIND.takes() + ", not '" + text + "'."));
    }
}
