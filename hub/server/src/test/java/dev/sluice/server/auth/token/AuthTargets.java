package dev.sluice.server.auth.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.server.auth.BearerToken;
import dev.sluice.server.auth.TestIssuer;
import dev.sluice.server.auth.identity.InvalidTokenException;
import dev.sluice.server.auth.identity.SigningAlgorithm;
import dev.sluice.server.auth.identity.StaticKeys;
import dev.sluice.server.auth.identity.Verification;
import dev.sluice.server.fuzz.FuzzTarget;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Requests;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.json.InvalidJsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Credentials: where they are in a request, tokens, their claims, and the keys of issuers.
public final class AuthTargets {
    public static final List<FuzzTarget> ALL = List.of(
            FuzzTarget.ofText("credential", AuthTargets::credential),
            FuzzTarget.ofText("token", AuthTargets::token),
            new FuzzTarget("claims", AuthTargets::claims),
            new FuzzTarget("sluice-claim", AuthTargets::sluiceClaim),
            new FuzzTarget("jwks", AuthTargets::jwks),
            FuzzTarget.ofText("static-key", AuthTargets::staticKey));

    private static final Pattern HEADER_VALUE =
            Pattern.compile("([\\x21-\\x7e\\x80-\\xff][\\t\\x20-\\x7e\\x80-\\xff]*)?");
    private static final long NOW = 1_800_000_000;
    private static final TestIssuer ISSUER = TestIssuer.hs256("shop");
    private static final TokenVerifier VERIFIER = new TokenVerifier(
            List.of(ISSUER.key()), Set.of("backend"), "roles", () -> Instant.ofEpochSecond(NOW), () -> 0);
    private static final String SIGNED = signed(ISSUER.token(Map.of("sub", "alice", "exp", NOW + 600)));

    private AuthTargets() {}

    private static String signed(String token) {
        return token.substring(0, token.lastIndexOf('.'));
    }

    /// Lines: `Authorization`, `Cookie`, `Sec-WebSocket-Protocol`, query.
    private static void credential(String text) {
        String[] lines = (text + "\n\n\n").split("\n", -1);
        for (int i = 0; i < 3; i++) if (!HEADER_VALUE.matcher(lines[i]).matches()) return;
        if (lines[3].chars().anyMatch(each -> each <= 0x20 || each == 0x7F)) return;
        var bearer = new BearerToken(BearerToken.COOKIE, OriginSettings.LOOPBACK);
        try {
            RequestHead request = Requests.get(
                    "/channels/a?" + lines[3],
                    "Sec-Fetch-Site",
                    "same-origin",
                    "Upgrade",
                    "websocket",
                    "Authorization",
                    lines[0],
                    "Cookie",
                    lines[1],
                    "Sec-WebSocket-Protocol",
                    lines[2]);
            bearer.of(request, false).ifPresent(found -> {
                assertThat(found).isNotEmpty();
                boolean isInHeader = text.contains(found);
                boolean isParameter = request.parameters().all("token").contains(found);
                assertThat(isInHeader || isParameter).isTrue();
            });
        } catch (ProblemException refused) {
            Problem problem = refused.problem();
            assertThat(problem.status()).isEqualTo(400);
            if (!lines[3].contains("secret")) assertThat(problem.detail()).doesNotContain("secret");
        }
    }

    /// Only what the issuer signed is ever accepted. A token whose text begins with `!` is the genuine one,
    /// with the rest put in its place from that character on.
    private static void token(String text) {
        String token = text.startsWith("!") ? spliced(text) : text;
        switch (VERIFIER.verify(token)) {
            case Verification.Verified _ -> assertThat(signed(token)).isEqualTo(SIGNED);
            case Verification.BadToken(String reason, String _) ->
                assertThat(reason).isNotBlank().doesNotContainPattern("[\\x00-\\x1f\\x7f]");
            default -> throw new AssertionError("neither good nor bad");
        }
    }

    private static String spliced(String text) {
        String genuine = ISSUER.token(Map.of("sub", "alice", "exp", NOW + 600));
        int at = text.length() > 1 ? text.charAt(1) % genuine.length() : 0;
        String change = text.length() > 2 ? text.substring(2) : "";
        String end = genuine.substring(Math.min(genuine.length(), at + change.length()));
        return genuine.substring(0, at) + change + end;
    }

    /// Claims that are accepted are a JSON object for a strict reader as well, with the same name.
    private static void claims(byte[] input) {
        TokenClaims claims;
        try {
            claims = TokenClaims.of(input, "roles");
        } catch (InvalidTokenException refused) {
            assertThat(refused.reason()).isNotBlank();
            return;
        }
        JsonNode tree = JsonMapper.shared().readTree(input);
        assertThat(tree.isObject()).isTrue();
        if (claims.subject() != null) {
            assertThat(tree.path("sub").asString()).isEqualTo(claims.subject());
            assertThat(claims.subject().getBytes(StandardCharsets.UTF_8).length).isBetween(1, 255);
        }
        assertThat(claims.roles().size()).isLessThanOrEqualTo(100);
    }

    private static void sluiceClaim(byte[] input) {
        try {
            SluiceClaim.of(input);
            assertThat(JsonMapper.shared().readTree(input).isObject()).isTrue();
        } catch (InvalidTokenException refused) {
            assertThat(refused.reason()).isNotBlank();
        } catch (InvalidJsonException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    private static void jwks(byte[] input) {
        for (SigningAlgorithm algorithm : List.of(SigningAlgorithm.RS256, SigningAlgorithm.EDDSA)) {
            try {
                JwksDocument.keys(input, algorithm);
            } catch (InvalidJsonException | IOException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }

    private static void staticKey(String text) {
        var keys = new StaticKeys(List.of());
        assertThat(keys.verify(text)).isInstanceOf(Verification.BadToken.class);
    }
}
