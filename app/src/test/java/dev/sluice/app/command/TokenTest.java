package dev.sluice.app.command;

import static dev.sluice.app.TestKeys.pair;
import static dev.sluice.app.TestKeys.pem;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tokens, signed on the command line.
final class TokenTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path folder;

    @Test
    void signsATokenWithASecret() throws Exception {
        Files.writeString(folder.resolve("s"), SECRET + "\n");

        var token = token(
                "--secret-file=s",
                "--kid=shop",
                "--sub=alice",
                "--role=editor",
                "--role=admin",
                "--subscribe=chat/**",
                "--publish=chat/7",
                "--expires=10m",
                "--issuer=https://shop.example",
                "--audience=push");

        assertThat(token.verify(new MACVerifier(SECRET))).isTrue();
        assertThat(token.getHeader().toJSONObject()).isEqualTo(Map.of("alg", "HS256", "kid", "shop", "typ", "JWT"));
        var claims = token.getJWTClaimsSet();
        assertThat(claims.getSubject()).isEqualTo("alice");
        assertThat(claims.getIssuer()).isEqualTo("https://shop.example");
        assertThat(claims.getAudience()).containsExactly("push");
        assertThat(claims.getStringListClaim("roles")).containsExactly("editor", "admin");
        assertThat(claims.getJSONObjectClaim("sluice"))
                .isEqualTo(Map.of("subscribe", List.of("chat/**"), "publish", List.of("chat/7")));
        assertThat(claims.getExpirationTime())
                .isEqualTo(claims.getIssueTime().toInstant().plusSeconds(600));
        assertThat(claims.getJWTID()).isNotEmpty();
    }

    @Test
    void leavesOutWhatIsNotGivenAndExpiresInAnHour() throws Exception {
        Files.writeString(folder.resolve("s"), SECRET);

        var claims = token("--secret-file=s", "--kid=shop", "--sub=alice").getJWTClaimsSet();

        assertThat(claims.getClaims()).containsOnlyKeys("sub", "iat", "exp", "jti");
        assertThat(claims.getAudience()).isEmpty();
        assertThat(claims.getExpirationTime())
                .isEqualTo(claims.getIssueTime().toInstant().plusSeconds(3_600));
    }

    @Test
    void signsWithThePrivateKeysOfTheOtherAlgorithms() throws Exception {
        var rsa = pair("RSA", 2_048);
        var ec = pair("EC", 256);
        var ed = pair("Ed25519", 255);

        var one = tokenOf(rsa);
        assertThat(one.getHeader().getAlgorithm().getName()).isEqualTo("RS256");
        assertThat(one.verify(new RSASSAVerifier((RSAPublicKey) rsa.getPublic())))
                .isTrue();
        var other = tokenOf(ec);
        assertThat(other.getHeader().getAlgorithm().getName()).isEqualTo("ES256");
        assertThat(other.verify(new ECDSAVerifier((ECPublicKey) ec.getPublic())))
                .isTrue();
        var third = tokenOf(ed);
        assertThat(third.getHeader().getAlgorithm().getName()).isEqualTo("EdDSA");
        var verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(ed.getPublic());
        verifier.update(third.getSigningInput());
        assertThat(verifier.verify(third.getSignature().decode())).isTrue();
    }

    @Test
    void refusesFilesThatCannotSign() throws Exception {
        Files.writeString(folder.resolve("short"), "0123456789");
        Files.writeString(folder.resolve("encrypted"), "-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
        Files.writeString(folder.resolve("cut"), "-----BEGIN RSA PRIVATE KEY-----\n");

        assertRefused("none", 66, "The file 'none' does not exist.");
        assertRefused(
                "short",
                66,
                "The file 'short' has a secret of 10 bytes; HS256 needs at least 32 ('openssl rand -base64 48').");
        assertRefused(
                "encrypted",
                66,
                "The file 'encrypted' has an encrypted private key, which would need a password: decrypt it"
                        + " ('openssl pkey -in FILE -out NEW'; chmod 600), or use a PKCS #12 file where one is taken.");
        assertRefused(
                "cut",
                66,
                "The file 'cut' has no private key in PEM format, which begins with '-----BEGIN PRIVATE KEY-----'.");
    }

    @Test
    void refusesAnEmptyName() throws Exception {
        Files.writeString(folder.resolve("s"), SECRET);

        assertThat(here().run("token", "new", "--secret-file=s", "--kid=a", "--sub="))
                .isEqualTo(new Terminal.Ended(
                        64, "", "sluice: --sub takes a name of 1 to 255 bytes without control characters.\n"));
    }

    private void assertRefused(String file, int exitCode, String message) {
        assertThat(here().run("token", "new", "--secret-file", file, "--kid", "a", "--sub", "b"))
                .isEqualTo(new Terminal.Ended(exitCode, "", "sluice: " + message + "\n"));
    }

    private SignedJWT tokenOf(KeyPair pair) throws Exception {
        Files.writeString(folder.resolve("pem"), pem("PRIVATE KEY", pair.getPrivate()));
        return token("--secret-file=pem", "--kid=shop", "--sub=alice");
    }

    private SignedJWT token(String... options) throws Exception {
        var arguments = new String[options.length + 2];
        arguments[0] = "token";
        arguments[1] = "new";
        System.arraycopy(options, 0, arguments, 2, options.length);
        var ended = here().run(arguments);
        assertThat(ended.err()).isEmpty();
        assertThat(ended.exitCode()).isZero();
        return SignedJWT.parse(ended.out().strip());
    }

    private Terminal here() {
        return new Terminal(folder, Map.of());
    }
}
