package dev.sluice.app.doctor;

import java.util.regex.Pattern;

/// The data of the events that the hub writes for a doctor.
final class Stamp {
    private static final Pattern FORM = Pattern.compile("\\{\"n\":\\d{1,6},\"time\":(\\d{1,15})}");

    private Stamp() {}

    /// When the hub wrote the event of this line or message; 0: it has none.
    static long timeMs(CharSequence line) {
        var stamp = FORM.matcher(line);
        return stamp.find() ? Long.parseLong(stamp.group(1)) : 0;
    }
}
