package dev.sluice.mercure;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// The fields of a form (`application/x-www-form-urlencoded`), in order. Immutable.
record Form(List<Field> fields) {
    static final String TYPE = "application/x-www-form-urlencoded";

    /// Several times what an update may have.
    private static final int FIELDS_MAX = 1_000;

    record Field(String name, String value) {}

    /// @throws IllegalArgumentException if it is not percent-encoded UTF-8
    /// @throws RefusedException         if it has too many fields
    static Form parse(String body) {
        List<Field> fields = new ArrayList<>();
        for (String pair : body.split("&", -1)) {
            if (pair.isEmpty()) continue;
            if (fields.size() == FIELDS_MAX)
                throw RefusedException.of(413, "A form has at most " + FIELDS_MAX + " fields.");
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            fields.add(new Field(percentDecoded(name.replace('+', ' ')), percentDecoded(value.replace('+', ' '))));
        }
        return new Form(List.copyOf(fields));
    }

    List<String> all(String name) {
        return fields.stream()
                .filter(each -> each.name().equals(name))
                .map(Field::value)
                .toList();
    }

    Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /// @throws IllegalArgumentException if it is not percent-encoded UTF-8
    static String percentDecoded(String text) {
        var bytes = new ByteArrayOutputStream(text.length());
        byte[] given = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < given.length; i++) {
            if (given[i] != '%') {
                bytes.write(given[i]);
            } else {
                if (i + 2 >= given.length) throw new IllegalArgumentException("a '%' without two digits");
                bytes.write(HexFormat.fromHexDigit(given[i + 1]) << 4 | HexFormat.fromHexDigit(given[i + 2]));
                i += 2;
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException noUtf8) {
            throw new IllegalArgumentException("the text is not UTF-8", noUtf8);
        }
    }

    /// Encodes all but unreserved characters, as the variables of subscriptions' addresses are (RFC 6570 §3.2.2).
    static String percentEncoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }
}
