package dev.sluice.app.config;

import static dev.sluice.app.TestKeys.pair;
import static dev.sluice.app.TestKeys.pem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.KeyFiles;
import dev.sluice.config.setting.InvalidConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The files and variables of keys, read as at the start of a hub.
final class KeyFilesTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void readsASecretWithoutTheLineEndAfterIt(String end) throws Exception {
        write("s", SECRET + end);

        assertThat(read("secret_file = 's', algorithm = 'HS256'").secret("k")).isEqualTo(SECRET.getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void readsASecretFromTheEnvironmentWithoutTheLineEndAfterIt(String end) throws Exception {
        var keys = read("secret_env = 'S', algorithm = 'HS256'", Map.of("S", SECRET + end));

        assertThat(keys.secret("k")).isEqualTo(SECRET.getBytes(UTF_8));
        assertThat(keys.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"RSA, 2048, RS256", "EC, 256, ES256", "Ed25519, 255, EdDSA"})
    void readsAPublicKeyOfEachAlgorithm(String type, int size, String algorithm) throws Exception {
        var key = pair(type, size).getPublic();
        write("p", pem("PUBLIC KEY", key));

        assertThat(read("public_key_file = 'p', algorithm = '" + algorithm + "'")
                        .publicKey("k"))
                .isEqualTo(key);
    }

    @Test
    void readsNothingForStaticKeysAndKeySets() throws Exception {
        var keys = read("jwks = 'https://a.example', algorithm = 'RS256', issuer = 'i', audience = 'a'");

        assertThatThrownBy(() -> keys.secret("k")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> keys.publicKey("k")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void warnsOfASecretThatOthersCanRead() throws Exception {
        var file = write("s", SECRET);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(read("secret_file = 's', algorithm = 'HS256'").warnings())
                .containsExactly("Every user of this machine can read the secret in '" + file
                        + "' (f:1): make a new one, with chmod 600.");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(read("secret_file = 's', algorithm = 'HS256'").warnings()).isEmpty();
    }

    @Test
    void reportsAllFilesThatCannotBeUsedTogetherWithLineAndKey() throws Exception {
        write("empty", "");
        write("blank", "\n");
        write("short", "0123456789\n");
        write("long", "x".repeat((64 << 10) + 1));
        Files.createDirectory(folder.resolve("folder"));
        write("private", pem("PRIVATE KEY", pair("Ed25519", 255).getPrivate()));
        write("other", pem("PUBLIC KEY", pair("Ed25519", 255).getPublic()));
        write("weak", pem("PUBLIC KEY", pair("RSA", 1024).getPublic()));
        write("curve", pem("PUBLIC KEY", pair("EC", 384).getPublic()));
        write("text", "hello");
        write("damaged", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
        var secrets = new StringBuilder();
        for (var name : new String[] {"none", "empty", "blank", "short", "long", "folder", "private"}) {
            secrets.append("[[key]]\nkid = '%1$s'\nalgorithm = 'HS256'\nsecret_file = '%1$s'\n".formatted(name));
        }
        for (var name : new String[] {"unset", "nothing", "brief"}) {
            secrets.append("[[key]]\nkid = '%1$s'\nalgorithm = 'HS256'\nsecret_env = '%1$s'\n".formatted(name));
        }
        for (var name : new String[] {"private", "other", "weak", "curve", "text", "damaged"}) {
            secrets.append("[[key]]\nkid = 'p-%1$s'\nalgorithm = 'RS256'\npublic_key_file = '%1$s'\n".formatted(name));
        }

        assertThatThrownBy(() -> KeyFiles.read(
                        ConfigurationFile.parse("f", secrets.toString()).access(),
                        folder,
                        Map.of("nothing", "", "brief", "0123")))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessage("""
                        f:4:1: The file that 'secret_file' names does not exist.
                        f:8:1: The file that 'secret_file' names is empty.
                        f:12:1: The file that 'secret_file' names is empty.
                        f:16:1: The file that 'secret_file' names has a secret of 10 bytes; HS256 needs at least 32 ('openssl rand -base64 48').
                        f:20:1: The file that 'secret_file' names has more than 65,536 bytes.
                        f:24:1: The file that 'secret_file' names is a folder.
                        f:28:1: The file that 'secret_file' names has a private key: HS256 takes a secret, the other algorithms a 'public_key_file'.
                        f:32:1: The variable that 'secret_env' names is not set.
                        f:36:1: The variable that 'secret_env' names is empty.
                        f:40:1: The variable that 'secret_env' names has a secret of 4 bytes; HS256 needs at least 32 ('openssl rand -base64 48').
                        f:44:1: The file that 'public_key_file' names has a private key, which only the issuer may have: put the public key there ('openssl pkey -in FILE -pubout').
                        f:48:1: The file that 'public_key_file' names has a key for EdDSA, and 'algorithm' is "RS256".
                        f:52:1: The file that 'public_key_file' names has an RSA key of 1,024 bits; RS256 needs at least 2,048.
                        f:56:1: The file that 'public_key_file' names has a key on another curve than P-256, which ES256 needs.
                        f:60:1: The file that 'public_key_file' names has no public key in PEM format, which begins with '-----BEGIN PUBLIC KEY-----'.
                        f:64:1: The file that 'public_key_file' names has a key that is damaged, or neither RSA, EC nor Ed25519.""");
    }

    private KeyFiles read(String settings) throws InvalidConfigurationException {
        return read(settings, Map.of());
    }

    private KeyFiles read(String settings, Map<String, String> environment) throws InvalidConfigurationException {
        var access = ConfigurationFile.parse("f", "key = [{kid = 'k', " + settings + "}]")
                .access();
        return KeyFiles.read(access, folder, environment);
    }

    private Path write(String name, String text) throws IOException {
        var file = Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }
}
