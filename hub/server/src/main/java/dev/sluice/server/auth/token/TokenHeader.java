package dev.sluice.server.auth.token;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import dev.sluice.server.auth.identity.InvalidTokenException;
import dev.sluice.server.http.TokenGrants;
import java.text.ParseException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Checks the form and the header of a signed token (RFC 7515 §4). The hub uses only the name of the key and the
/// algorithm, which must be that of the key.
public final class TokenHeader {
    public static final int CHARACTERS_MAX = TokenGrants.CHARACTERS_MAX;

    private static final int KID_CHARACTERS_MAX = 255;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt", "application/jwt");

    private TokenHeader() {}

    /// @throws InvalidTokenException if it is not a signed token that the hub accepts
    static JWSObject parse(String token) {
        if (token.length() > CHARACTERS_MAX) {
            throw new InvalidTokenException("The token has more than " + CHARACTERS_MAX
                    + " characters: ask for one with fewer" + " permissions.");
        }
        if (!FORM.matcher(token).matches()) {
            throw new InvalidTokenException(
                    "This is neither a key (sk_…) nor a signed token (JWT: three parts with dots).");
        }
        JWSObject parsed;
        try {
            parsed = JWSObject.parse(token);
        } catch (ParseException | RuntimeException invalid) { // Also for 'none', which is no signature.
            throw new InvalidTokenException("The token's header is not that of a signed token (RFC 7515 §4).");
        }
        check(parsed.getHeader());
        return parsed;
    }

    private static void check(JWSHeader header) {
        // An unencoded payload (RFC 7797) is an extension as well.
        if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
            throw new InvalidTokenException(
                    "The token asks for an extension ('crit', RFC 7515 §4.1.11), and the hub has none.");
        }
        String kid = header.getKeyID();
        if (kid != null && kid.length() > KID_CHARACTERS_MAX) {
            throw new InvalidTokenException("The token's 'kid' has more than " + KID_CHARACTERS_MAX + " characters.");
        }
        // A token for another purpose, such as a logout token, must not be accepted as an access token (RFC 8725
        // §3.11).
        if (header.getType() != null
                && !TYPES.contains(header.getType().getType().toLowerCase(Locale.ROOT))) {
            throw new InvalidTokenException("The token's 'typ' is neither JWT nor at+jwt: it is for another purpose.");
        }
    }
}
