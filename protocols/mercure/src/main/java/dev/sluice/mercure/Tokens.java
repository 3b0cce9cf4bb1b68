package dev.sluice.mercure;

import dev.sluice.Request;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Finds and verifies the tokens of requests (RFC 7515, RFC 7519, RFC 9068).
final class Tokens {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int CHARACTERS_MAX = 64 << 10;

    /// Those of 1.0 first, which a browser of both has on purpose.
    static final List<String> COOKIES = List.of(
            "__Secure-mercure_access_token", "mercure_access_token", "mercureAccessToken", "mercureAuthorization");

    private final MercureSettings settings;
    private final InstantSource clock;

    Tokens(MercureSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    Instant now() {
        return clock.instant();
    }

    /// Returns the token of a request: of the header, else the parameter that 0.x allows, else a cookie.
    /// Empty if it has none.
    ///
    /// @throws RefusedException if it is not valid, or may not be sent in this way
    Optional<Token> of(Request request, TokenKey key) {
        URI base = Mercure.base(request, settings.path());
        Optional<String> header = request.header("Authorization");
        if (header.isPresent()) {
            if (!header.get().toLowerCase(Locale.ROOT).startsWith("bearer "))
                throw RefusedException.of(400, "The header Authorization has the scheme Bearer.")
                        .challenge("invalid_request");
            return Optional.of(
                    verified(header.get().substring("bearer ".length()).strip(), key, base));
        }
        Optional<Token> token = request.query("authorization").map(given -> verified(given, key, base));
        if (token.isPresent()) {
            if (token.get().isModern())
                throw RefusedException.of(400, "Tokens of Mercure 1.0 are not sent in a URL: use a header or a cookie.")
                        .challenge("invalid_request");
            return token;
        }
        Optional<String> cookie = cookie(request.header("Cookie").orElse(""));
        if (cookie.isPresent() && request.method().equals("POST") && !isOfOwnPage(request))
            throw RefusedException.of(
                    403, "A cookie counts only for pages of the hub's own origin: send the header Authorization.");
        return cookie.map(given -> verified(given, key, base));
    }

    /// Returns true if a page of the hub's own origin sent a request, as far as `Origin` and `Referer` say:
    /// browsers add cookies to the requests of all pages. The scheme is ignored, because it may end at a
    /// proxy.
    private static boolean isOfOwnPage(Request request) {
        String from =
                request.header("Origin").or(() -> request.header("Referer")).orElse("");
        String own = Mercure.address(request, "/").replaceFirst("^https?:", "");
        return own.length() > 1 && (from + "/").replaceFirst("^https?:", "").startsWith(own);
    }

    private static Optional<String> cookie(String header) {
        for (String name : COOKIES)
            for (String each : header.split(";", -1))
                if (each.strip().startsWith(name + "="))
                    return Optional.of(each.strip().substring(name.length() + 1));
        return Optional.empty();
    }

    private Token verified(String text, TokenKey key, URI base) {
        try {
            String[] parts = text.split("\\.", -1);
            if (parts.length != 3 || text.length() > CHARACTERS_MAX) throw new IllegalArgumentException("no JWT");
            JsonNode header = JSON.readTree(decoded(parts[0]));
            if (!header.path("alg").asString("").equals(key.algorithm()) || header.has("crit"))
                throw new IllegalArgumentException("another algorithm");
            if (!key.isSigned(parts[0] + "." + parts[1], decoded(parts[2])))
                throw new IllegalArgumentException("not signed with the key");
            JsonNode claims = JSON.readTree(decoded(parts[1]));
            String type = header.path("typ").asString("").toLowerCase(Locale.ROOT);
            return permissions(claims, type.equals("at+jwt") || type.equals("application/at+jwt"), base);
        } catch (IllegalArgumentException | JacksonException invalid) {
            // Why is not told: it would help to guess.
            throw RefusedException.of(401, "The token is not valid here.").challenge("invalid_token");
        }
    }

    private Token permissions(JsonNode claims, boolean isModern, URI base) {
        Instant expires = time(claims, "exp");
        Instant begins = time(claims, "nbf");
        if (expires != null && !now().isBefore(expires)) throw new IllegalArgumentException("expired");
        if (begins != null && now().isBefore(begins)) throw new IllegalArgumentException("not valid yet");
        if (!isModern) return Token.legacy(claims, expires, base);
        if (expires == null || settings.issuer() == null) throw new IllegalArgumentException("no exp, or no issuer");
        if (!claims.path("iss").asString("").equals(settings.issuer())) throw new IllegalArgumentException("iss");
        if (!isAudience(claims.path("aud"))) throw new IllegalArgumentException("aud");
        return Token.modern(claims, expires, base);
    }

    private boolean isAudience(JsonNode claim) {
        if (claim.isString()) return claim.stringValue().equals(settings.audience());
        for (JsonNode each : claim) if (each.isString() && each.stringValue().equals(settings.audience())) return true;
        return false;
    }

    /// Some issuers write fractions of a second (RFC 7519 §2, NumericDate).
    private static @Nullable Instant time(JsonNode claims, String name) {
        if (!claims.has(name)) return null;
        JsonNode value = claims.get(name);
        if (!value.isNumber()) throw new IllegalArgumentException("'" + name + "' is a number");
        BigDecimal seconds = value.decimalValue();
        if (seconds.precision() - seconds.scale() > 11 || seconds.scale() > 30 || seconds.signum() < 0)
            throw new IllegalArgumentException("'" + name + "' is a number of seconds");
        return Instant.ofEpochMilli(
                seconds.movePointRight(3).setScale(0, RoundingMode.DOWN).longValueExact());
    }

    private static byte[] decoded(String part) {
        return Base64.getUrlDecoder().decode(part.getBytes(StandardCharsets.US_ASCII));
    }
}
