package dev.sluice.app.token;

import com.nimbusds.jose.JWSObject;
import java.text.ParseException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/// The header and claims of a token, read without verifying them: they prove nothing. It has no signature, so
/// that it can be shown to others.
public record TokenContents(Map<String, Object> header, Map<String, Object> claims) {
    private static final Set<String> TIMES = Set.of("iat", "nbf", "exp");

    /// Decodes a signed token; empty if the text is not one.
    public static Optional<TokenContents> of(String text) {
        try {
            var token = JWSObject.parse(text);
            var claims = token.getPayload().toJSONObject();
            if (claims == null) return Optional.empty();
            return Optional.of(
                    new TokenContents(token.getHeader().toJSONObject(), new LinkedHashMap<String, Object>(claims)));
        } catch (ParseException | RuntimeException noToken) { // The parser also throws on numbers that are too large.
            return Optional.empty();
        }
    }

    /// A line for each claim: its name, and its value as JSON or as a time.
    public List<String> lines() {
        var lines = new ArrayList<String>();
        claims.forEach((name, value) -> lines.add(name + " " + json(value) + time(name, value)));
        return lines;
    }

    private static String json(Object value) {
        return JsonMapper.shared().writeValueAsString(value);
    }

    private static String time(String name, Object value) {
        if (!TIMES.contains(name) || !(value instanceof Number seconds)) return "";
        try {
            return " (" + Instant.ofEpochSecond(seconds.longValue()) + ")";
        } catch (DateTimeException notInTheCalendar) {
            return "";
        }
    }
}
