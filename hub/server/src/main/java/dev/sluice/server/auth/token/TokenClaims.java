package dev.sluice.server.auth.token;

import dev.sluice.core.event.EventKey;
import dev.sluice.server.auth.identity.InvalidTokenException;
import dev.sluice.server.json.InvalidJsonException;
import dev.sluice.server.json.JsonArrayReader;
import dev.sluice.server.json.JsonObjectReader;
import dev.sluice.server.json.JsonObjectReader.Value;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The claims of a token (RFC 7519 §4.1) that concern the hub; it ignores others. Parsed once and strictly: each
/// name must occur once, and each value must have the right type.
final class TokenClaims {
    /// The maximum number of roles. An issuer should replace more of them by groups.
    static final int ROLES_MAX = 100;

    private static final int AUDIENCES_MAX = 100;

    /// The end of the year 9999: later times are milliseconds by mistake.
    private static final double SECONDS_MAX = 253_402_300_799.0;

    private @Nullable Instant expiry;
    private @Nullable Instant notBefore;
    private @Nullable Instant issuedAt;
    private @Nullable String issuer;
    private @Nullable String subject;
    private String tokenId = "";
    private List<String> audience = List.of();
    private List<String> roles = List.of();
    private SluiceClaim sluice = SluiceClaim.NONE;

    private TokenClaims() {}

    /// @param rolesClaim the name of the claim with the roles
    /// @throws InvalidTokenException if a claim is invalid
    static TokenClaims of(byte[] payload, String rolesClaim) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)); // Throws if it is not UTF-8.
            TokenClaims claims = new TokenClaims();
            JsonObjectReader object = new JsonObjectReader(payload);
            for (String name = object.next(); name != null; name = object.next()) {
                claims.read(name, object.value(), rolesClaim);
            }
            return claims;
        } catch (InvalidJsonException invalid) {
            throw new InvalidTokenException("The token's claims are not a JSON object: " + invalid.getMessage() + ".");
        } catch (CharacterCodingException invalid) {
            throw new InvalidTokenException("The token's claims are not UTF-8.");
        }
    }

    private void read(String name, Value value, String rolesClaim) throws InvalidJsonException {
        switch (name) {
            case "exp" -> expiry = time(name, value);
            case "nbf" -> notBefore = time(name, value);
            case "iat" -> issuedAt = time(name, value);
            case "iss" -> issuer = text(name, value);
            case "sub" -> subject = name(name, text(name, value));
            case "jti" -> tokenId = name(name, text(name, value));
            case "aud" -> audience = value.text() != null ? List.of(value.text()) : texts(name, value, AUDIENCES_MAX);
            case "sluice" -> sluice = SluiceClaim.of(value.bytes());
            default -> {
                if (name.equals(rolesClaim)) roles = texts(name, value, ROLES_MAX);
            }
        }
    }

    private static String text(String name, Value value) {
        if (value.text() == null) throw new InvalidTokenException("The token's claim '" + name + "' is not a text.");
        return value.text();
    }

    private static String name(String claim, String text) {
        try {
            EventKey.check(text);
            return text;
        } catch (IllegalArgumentException invalid) {
            throw new InvalidTokenException("The token's claim '" + claim + "' has 1 to " + EventKey.BYTES_MAX
                    + " bytes of UTF-8, without control characters.");
        }
    }

    private static List<String> texts(String name, Value value, int max) throws InvalidJsonException {
        byte[] bytes = value.bytes();
        List<String> all = new ArrayList<>();
        if (bytes[0] == '[') {
            JsonArrayReader array = new JsonArrayReader(bytes);
            for (Value each = array.next(); each != null; each = array.next()) {
                if (each.text() == null || all.size() == max) throw notTexts(name, max);
                all.add(each.text());
            }
            return all;
        }
        throw notTexts(name, max);
    }

    private static InvalidTokenException notTexts(String name, int max) {
        return new InvalidTokenException("The token's claim '" + name + "' is an array of at most " + max + " texts.");
    }

    /// Parses a number of seconds since 1970, which may have a fraction (RFC 7519 §2).
    private static Instant time(String name, Value value) {
        String text = new String(value.bytes(), StandardCharsets.US_ASCII);
        boolean isNumber = Character.isDigit(text.charAt(0)) || text.charAt(0) == '-';
        double seconds = isNumber ? Double.parseDouble(text) : Double.NaN;
        if (seconds >= 0 && seconds <= SECONDS_MAX) return Instant.ofEpochMilli((long) (seconds * 1000));
        throw new InvalidTokenException("The token's claim '" + name + "' is a number of seconds since 1970.");
    }

    @Nullable
    Instant expiry() {
        return expiry;
    }

    @Nullable
    Instant notBefore() {
        return notBefore;
    }

    @Nullable
    Instant issuedAt() {
        return issuedAt;
    }

    @Nullable
    String issuer() {
        return issuer;
    }

    @Nullable
    String subject() {
        return subject;
    }

    /// The `jti`; "" if the token has none.
    String tokenId() {
        return tokenId;
    }

    List<String> audience() {
        return audience;
    }

    List<String> roles() {
        return roles;
    }

    SluiceClaim sluice() {
        return sluice;
    }
}
