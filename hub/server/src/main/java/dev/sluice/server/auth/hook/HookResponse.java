package dev.sluice.server.auth.hook;

import dev.sluice.core.access.Permissions;
import dev.sluice.core.event.EventKey;
import dev.sluice.server.auth.identity.InvalidTokenException;
import dev.sluice.server.auth.token.SluiceClaim;
import dev.sluice.server.json.InvalidJsonException;
import dev.sluice.server.json.JsonObjectReader;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The answer of the application: `{"sub"?, "expires"?, "sluice"?}`. Parsed strictly, like [SluiceClaim].
///
/// @param subject the caller's name; null for the name in its credential
/// @param expiry  the end of the grant; null if it ends with its credential
/// @param claim   the verbs and channels permitted
public record HookResponse(
        @Nullable String subject, @Nullable Instant expiry, SluiceClaim claim) {
    /// @throws InvalidTokenException with a reason for the operator's log
    static HookResponse of(byte[] json) {
        String subject = null;
        Instant expiry = null;
        SluiceClaim claim = SluiceClaim.NONE;
        try {
            JsonObjectReader members = new JsonObjectReader(json);
            for (String name = members.next(); name != null; name = members.next()) {
                JsonObjectReader.Value value = members.value();
                switch (name) {
                    case "sub" -> subject = subject(value.text());
                    case "expires" -> expiry = time(value);
                    case "sluice" -> claim = SluiceClaim.of(value.bytes());
                    default -> throw new InvalidTokenException("its members are 'sub', 'expires' and 'sluice'");
                }
            }
        } catch (InvalidJsonException invalid) {
            throw new InvalidTokenException("it is not one JSON object: " + invalid.getMessage());
        }
        return new HookResponse(subject, expiry, claim);
    }

    private static String subject(@Nullable String text) {
        try {
            if (text != null && !text.isEmpty()) {
                EventKey.check(text);
                return text;
            }
        } catch (IllegalArgumentException invalid) {
            throw new InvalidTokenException("its 'sub' is invalid: " + invalid.getMessage());
        }
        throw new InvalidTokenException("its 'sub' is a text that is not empty");
    }

    /// RFC 3339, or seconds since 1970 as in tokens.
    private static Instant time(JsonObjectReader.Value value) {
        try {
            if (value.text() != null) return Instant.parse(value.text());
            return Instant.ofEpochSecond(Long.parseLong(new String(value.bytes(), StandardCharsets.US_ASCII).strip()));
        } catch (DateTimeException | NumberFormatException invalid) {
            throw new InvalidTokenException(
                    "its 'expires' is a time such as \"2026-11-22T12:00:00Z\", or seconds since 1970");
        }
    }

    public Permissions permissions() {
        return claim.permissions();
    }
}
