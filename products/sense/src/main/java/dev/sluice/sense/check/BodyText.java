package dev.sluice.sense.check;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Decodes the text of a body. The character encoding is taken from the byte order mark, else from
/// `Content-Type`, else from the beginning of an HTML document (WHATWG HTML §13.2.3.2).
final class BodyText {
    private static final Pattern CHARSET = Pattern.compile("(?i)charset\\s*=\\s*[\"']?([A-Za-z0-9_:.-]{1,40})");
    private static final Pattern META =
            Pattern.compile("(?i)<meta[^>]{0,200}?charset\\s*=\\s*[\"']?([A-Za-z0-9_:.-]{1,40})");

    private static final int PRESCAN_BYTES = 1024;

    /// Labels that stand for a larger encoding (WHATWG Encoding §4.2).
    private static final Map<String, String> LARGER = Map.of(
            "gb2312", "GB18030",
            "gbk", "GB18030",
            "iso-8859-1", "windows-1252",
            "latin1", "windows-1252",
            "us-ascii", "windows-1252",
            "ascii", "windows-1252");

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private BodyText() {}

    /// @param contentType null if there is none
    static String of(byte[] body, @Nullable String contentType) {
        String text = new String(body, charset(body, contentType));
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }

    private static Charset charset(byte[] body, @Nullable String contentType) {
        if (begins(body, 0xEF, 0xBB, 0xBF)) return StandardCharsets.UTF_8;
        if (begins(body, 0xFE, 0xFF)) return StandardCharsets.UTF_16BE;
        if (begins(body, 0xFF, 0xFE)) return StandardCharsets.UTF_16LE;
        String type = contentType == null ? "" : contentType;
        return named(CHARSET, type)
                .or(() -> {
                    int length = Math.min(PRESCAN_BYTES, body.length);
                    return named(META, new String(body, 0, length, StandardCharsets.ISO_8859_1));
                })
                .orElse(StandardCharsets.UTF_8);
    }

    private static boolean begins(byte[] body, int... bytes) {
        if (body.length < bytes.length) return false;
        for (int i = 0; i < bytes.length; i++) if ((body[i] & 0xFF) != bytes[i]) return false;
        return true;
    }

    private static Optional<Charset> named(Pattern pattern, String text) {
        var name = pattern.matcher(text);
        if (!name.find()) return Optional.empty();
        String label = name.group(1).toLowerCase(Locale.ROOT);
        try {
            return Optional.of(Charset.forName(LARGER.getOrDefault(label, label)));
        } catch (IllegalArgumentException unknown) { // Like a browser, decode it with another encoding.
            return Optional.empty();
        }
    }
}
