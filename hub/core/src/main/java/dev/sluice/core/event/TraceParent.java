package dev.sluice.core.event;

import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The span of a distributed trace in which an event was published (W3C Trace Context §3.2), so that its readers
/// may continue the trace. Kept as numbers, because an event may stay in memory for long.
///
/// @param traceHigh the first half of the trace's id
/// @param traceLow  its second half
/// @param span      the id of the publisher's span
/// @param flags     such as whether the trace is sampled
public record TraceParent(long traceHigh, long traceLow, long span, byte flags) {
    /// `version-traceid-parentid-flags`. Version ff is invalid; a later version may append fields (§4.3).
    private static final Pattern FORM =
            Pattern.compile("(?!ff)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

    private static final int TRACE = 3;
    private static final int SPAN = 36;
    private static final int FLAGS = 53;
    private static final int LENGTH = 55;

    /// The span in this header; null if it is invalid. An invalid header restarts the trace, but is no reason to
    /// refuse the request (§4.3).
    public static @Nullable TraceParent parse(String header) {
        if (!FORM.matcher(header).matches()) return null;
        if (header.startsWith("00-") && header.length() != LENGTH) return null;
        TraceParent parsed = new TraceParent(
                HexFormat.fromHexDigitsToLong(header, TRACE, TRACE + 16),
                HexFormat.fromHexDigitsToLong(header, TRACE + 16, TRACE + 32),
                HexFormat.fromHexDigitsToLong(header, SPAN, SPAN + 16),
                (byte) HexFormat.fromHexDigits(header, FLAGS, LENGTH));
        boolean isTrace = (parsed.traceHigh | parsed.traceLow) != 0;
        return isTrace && parsed.span != 0 ? parsed : null;
    }

    /// The header, in version 00.
    public String text() {
        HexFormat hex = HexFormat.of();
        return "00-" + hex.toHexDigits(traceHigh) + hex.toHexDigits(traceLow) + "-" + hex.toHexDigits(span) + "-"
                + hex.toHexDigits(flags);
    }
}
