package dev.sluice.config;

import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.server.auth.identity.PasswordHash;
import dev.sluice.server.auth.identity.SigningAlgorithm;
import dev.sluice.server.tls.InvalidCertificateException;
import dev.sluice.server.tls.PemFile;
import dev.sluice.server.tls.PemKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Reads the files and environment variables with the keys of a configuration, once, at the start.
///
/// Messages do not quote the value of a `secret_file` or `secret_env` that can't be found: it may be the
/// secret itself.
public final class KeyFiles {
    /// The number of bytes of HS256's hash (RFC 7518 §3.2).
    private static final int SECRET_BYTES_MIN = 32;

    /// More than any key has.
    private static final int BYTES_MAX = 64 << 10;

    private final Path folder;
    private final Map<String, String> environment;
    private final Map<String, byte[]> secrets = new HashMap<>();
    private final Map<String, PasswordHash> passwords = new HashMap<>();
    private final Map<String, PublicKey> publicKeys = new HashMap<>();
    private final Map<String, List<X509Certificate>> authorities = new HashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();

    private KeyFiles(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    /// @param folder the base of relative paths
    /// @throws InvalidConfigurationException if a file or variable is missing or unsuitable, with all mistakes
    public static KeyFiles read(AccessTables access, Path folder, Map<String, String> environment)
            throws InvalidConfigurationException {
        var files = new KeyFiles(folder, environment);
        for (var key : access.keys()) files.read(key);
        if (!files.faults.isEmpty()) throw new InvalidConfigurationException(files.faults);
        return files;
    }

    /// The files that the keys name, whether they exist or not.
    public static List<Path> files(AccessTables access, Path folder) {
        return access.keys().stream()
                .flatMap(key -> KeyEntry.FILES.stream()
                        .filter(key.values()::has)
                        .map(setting -> folder.resolve(key.values().get(setting))))
                .toList();
    }

    /// The secret of a key with `secret_file` or `secret_env`.
    public byte[] secret(String kid) {
        return found(secrets, kid).clone();
    }

    /// The hash in `password_file`.
    public PasswordHash password(String kid) {
        return found(passwords, kid);
    }

    /// The key in `public_key_file`.
    public PublicKey publicKey(String kid) {
        return found(publicKeys, kid);
    }

    /// The authorities in `client_ca_file`; empty if the key has none.
    public List<X509Certificate> authorities(String kid) {
        return authorities.getOrDefault(kid, List.of());
    }

    private static <T> T found(Map<String, T> found, String kid) {
        var one = found.get(kid);
        if (one == null) throw new IllegalArgumentException("nothing of this kind was read for the key '" + kid + "'");
        return one;
    }

    /// Sentences for the operator.
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /// The secret in a file or variable: all of its bytes except a line end after them, which editors and shells add.
    ///
    /// @throws IllegalArgumentException if it is too short; the message completes a sentence about the file
    public static byte[] secret(byte[] content) {
        int length = content.length;
        if (length > 0 && content[length - 1] == '\n') length--;
        if (length > 0 && length < content.length && content[length - 1] == '\r') length--;
        return longEnough(Arrays.copyOf(content, length));
    }

    private static byte[] longEnough(byte[] secret) {
        if (secret.length == 0) throw new IllegalArgumentException("is empty.");
        if (secret.length >= SECRET_BYTES_MIN) return secret;
        throw new IllegalArgumentException(String.format(
                Locale.ROOT,
                "has a secret of %d bytes; HS256 needs at least %d ('openssl rand -base64 48').",
                secret.length,
                SECRET_BYTES_MIN));
    }

    /// Reads a file of at most 64 KiB.
    ///
    /// @throws IllegalArgumentException if it can't be read or is empty; the message completes a sentence about it
    public static byte[] content(Path file) {
        try (var stream = Files.newInputStream(file)) {
            var bytes = stream.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new IllegalArgumentException(String.format(Locale.ROOT, "has more than %,d bytes.", BYTES_MAX));
            }
            if (bytes.length == 0) throw new IllegalArgumentException("is empty.");
            return bytes;
        } catch (NoSuchFileException missing) {
            throw new IllegalArgumentException("does not exist.", missing);
        } catch (IOException refused) {
            throw new IllegalArgumentException(
                    Files.isDirectory(file) ? "is a folder." : "can't be read by this user.", refused);
        }
    }

    private void read(KeyEntry key) {
        var values = key.values();
        try {
            if (values.has(KeyEntry.SECRET_ENV)) readVariable(key);
            else if (values.has(KeyEntry.SECRET_FILE)) readSecret(key);
            else if (values.has(KeyEntry.PASSWORD_FILE)) readPassword(key);
            else if (values.has(KeyEntry.PUBLIC_KEY_FILE)) readPublicKey(key);
            else if (values.has(KeyEntry.CLIENT_CA_FILE)) readAuthorities(key);
        } catch (InvalidCertificateException invalid) {
            faults.add(values.value(KeyEntry.CLIENT_CA_FILE)
                    .source()
                    .fault("The file of 'client_ca_file' is unusable: " + invalid.getMessage()));
        } catch (IllegalArgumentException mistake) {
            var setting = KeyEntry.source(values);
            var place = setting.equals(KeyEntry.SECRET_ENV) ? "variable" : "file";
            faults.add(values.value(setting)
                    .source()
                    .fault("The %s that '%s' names %s".formatted(place, setting.key(), mistake.getMessage())));
        }
    }

    private void readVariable(KeyEntry key) {
        var secret = environment.get(key.values().get(KeyEntry.SECRET_ENV));
        if (secret == null) throw new IllegalArgumentException("is not set.");
        if (secret.indexOf('\uFFFD') >= 0)
            throw new IllegalArgumentException(
                    "has characters that this locale's encoding lacks: start with LC_ALL=C.UTF-8, or use 'secret_file'.");
        secrets.put(key.kid(), secret(secret.getBytes(StandardCharsets.UTF_8)));
    }

    private void readSecret(KeyEntry key) {
        var file = folder.resolve(key.values().get(KeyEntry.SECRET_FILE));
        var content = content(file);
        if (PemKeys.hasPrivateKey(new String(content, StandardCharsets.ISO_8859_1))) {
            throw new IllegalArgumentException(
                    "has a private key: HS256 takes a secret, the other algorithms a 'public_key_file'.");
        }
        secrets.put(key.kid(), secret(content));
        if (isReadByOthers(file)) {
            warnings.add("Every user of this machine can read the secret in '%s' (%s): make a new one, with chmod 600."
                    .formatted(
                            file,
                            key.values().value(KeyEntry.SECRET_FILE).source().text()));
        }
    }

    private void readPassword(KeyEntry key) {
        var file = folder.resolve(key.values().get(KeyEntry.PASSWORD_FILE));
        passwords.put(key.kid(), PasswordHash.parse(new String(content(file), StandardCharsets.ISO_8859_1).strip()));
        if (isReadByOthers(file)) {
            warnings.add(
                    "Every user of this machine can read the hash of a password in '%s' (%s), and try passwords: chmod 600."
                            .formatted(
                                    file,
                                    key.values()
                                            .value(KeyEntry.PASSWORD_FILE)
                                            .source()
                                            .text()));
        }
    }

    private void readAuthorities(KeyEntry key) throws InvalidCertificateException {
        authorities.put(
                key.kid(), PemFile.certificates(folder.resolve(key.values().get(KeyEntry.CLIENT_CA_FILE))));
    }

    private void readPublicKey(KeyEntry key) {
        var values = key.values();
        var content = content(folder.resolve(values.get(KeyEntry.PUBLIC_KEY_FILE)));
        var found = PemKeys.publicKey(new String(content, StandardCharsets.ISO_8859_1));
        var algorithm = SigningAlgorithm.of(found);
        if (!values.get(KeyEntry.ALGORITHM).fits(found)) {
            throw new IllegalArgumentException("has a key for %s, and 'algorithm' is \"%s\"."
                    .formatted(algorithm, values.get(KeyEntry.ALGORITHM)));
        }
        publicKeys.put(key.kid(), found);
    }

    static boolean isReadByOthers(Path file) {
        try {
            var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            return view != null && view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException unknown) {
            return false; // The file was read, so this can only be a race with its removal.
        }
    }
}
