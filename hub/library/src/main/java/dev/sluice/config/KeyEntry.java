package dev.sluice.config;

import dev.sluice.config.setting.Names;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.SettingType;
import dev.sluice.config.setting.Values;
import dev.sluice.config.setting.VerbSettings;
import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.server.auth.identity.CertificateName;
import dev.sluice.server.auth.identity.SigningAlgorithm;
import dev.sluice.server.auth.identity.VerificationKey.CertificateKey;
import dev.sluice.server.auth.identity.VerificationKey.TokenKey;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A key that authenticates callers: a static key, the key of an issuer of tokens, or client certificates. It
/// has no secret, only the place of the secret.
public record KeyEntry(Values values) {
    private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,255}");
    private static final Pattern STATIC_NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");
    private static final Pattern HASH_TEXT = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");
    private static final int URL_LENGTH_MAX = 2_000;
    private static final int ROLES_MAX = 100;

    public static final Setting<String> KID = new Setting<>(
            "kid",
            new SettingType.Text(
                    "a name of 1 to 255 visible ASCII characters",
                    text -> VISIBLE.matcher(text).matches()),
            "",
            "The name of the key: in a static key itself, in the header of a token (`kid`), and for revocations. A"
                    + " static key's has only letters, digits, `.`, `_` and `-`, and at most 64 of them.");

    public static final Setting<String> HASH = new Setting<>(
            "hash",
            new SettingType.Confidential(
                    "\"sha256:\" and 64 lower-case hexadecimal digits, as 'sluice key new' prints it",
                    text -> HASH_TEXT.matcher(text).matches()),
            "",
            "The hash of a static key. The key is not in the file: `sluice key new KID` prints it, and this.");

    public static final Setting<String> PASSWORD_FILE = new Setting<>(
            "password_file",
            new SettingType.Confidential("the path of a file", KeyEntry::isPath),
            "",
            "A file with the hash of a person's password, as `sluice passwd KID` prints it. The person logs in on the page"
                    + " `/login` with it, and with the `kid` as name.");

    public static final Setting<List<String>> ROLES = new Setting<>(
            "roles",
            new SettingType.Several<>(new SettingType.Text("the name of a role", Names::isName), ROLES_MAX),
            List.of(),
            "The roles of a static key or a person, or of all callers with its client certificates, for grants to `role:NAME`."
                    + " Tokens have theirs in the claim `roles`.");

    public static final Setting<SigningAlgorithm> ALGORITHM = new Setting<>(
            "algorithm",
            new SettingType.Word<>(SigningAlgorithm.class, SigningAlgorithm::toString),
            SigningAlgorithm.HS256,
            "The algorithm of the tokens, the only one that is accepted, whatever a token says.");

    public static final Setting<String> PUBLIC_KEY_FILE = new Setting<>(
            "public_key_file",
            new SettingType.Text("the path of a file", KeyEntry::isPath),
            "",
            "A file with the issuer's public key (PEM, `-----BEGIN PUBLIC KEY-----`): "
                    + algorithms(false)
                            .map(each -> "for " + each + " " + each.key())
                            .collect(Collectors.joining(", ")) + ".");

    public static final Setting<String> SECRET_FILE = new Setting<>(
            "secret_file",
            new SettingType.Confidential("the path of a file", KeyEntry::isPath),
            "",
            "A file with the secret of HS256: its bytes, except a line end after them, at least 32. Only the hub's user"
                    + " should be able to read it.");

    public static final Setting<String> SECRET_ENV = new Setting<>(
            "secret_env",
            new SettingType.Confidential(
                    "the name of an environment variable",
                    text -> VARIABLE.matcher(text).matches()),
            "",
            "An environment variable with the secret of HS256, at least 32 bytes of UTF-8.");

    public static final Setting<String> JWKS = new Setting<>(
            "jwks",
            new SettingType.Confidential(
                    "an https:// address without user information, or http:// on loopback", KeyEntry::isKeySetAddress),
            "",
            "The address of the issuer's keys (JWKS, RFC 7517), chosen by the token's `kid`. They are cached, and read"
                    + " again when a token has another `kid`, at most every 5 s, and once a minute while that brings nothing new.");

    public static final Setting<String> ISSUER = new Setting<>(
            "issuer",
            new SettingType.Text("text of 1 to 255 bytes", Names::isName),
            "",
            "What tokens must have as `iss`; without it, anything. `jwks` needs it.");

    public static final Setting<String> AUDIENCE = new Setting<>(
            "audience",
            new SettingType.Text("text of 1 to 255 bytes", Names::isName),
            "",
            "What tokens must have in `aud`; without it, they must have none, because a token for another service is"
                    + " not for the hub. `jwks` needs it.");

    public static final Setting<CertificateName> CLIENT_CERTIFICATE = new Setting<>(
            "client_certificate",
            new SettingType.Word<>(CertificateName.class),
            CertificateName.CN,
            "Takes the certificates of clients that `client_ca_file` of a `[[listen]]` lets in, and names the caller by"
                    + " the common name of the subject, or by the one subject alternative name of this type.");

    public static final Setting<String> CLIENT_CA_FILE = new Setting<>(
            "client_ca_file",
            new SettingType.Text("the path of a file", KeyEntry::isPath),
            "",
            "For `client_certificate`: only certificates of these authorities (PEM); without it, of all that the"
                    + " `[[listen]]` lets in.");

    public static final Setting<Duration> LIFETIME_MAX = Setting.time(
            "lifetime_max",
            Duration.ofSeconds(1),
            Duration.ofDays(3_650),
            TokenKey.LIFETIME_MAX,
            "The longest time between a token's `iat`, or now if it has none, and its `exp`; by default a day, at most"
                    + " a year. For `client_certificate`, the longest validity of a certificate; by default 398 days."
                    + " For `password_file`, how long a login lasts.");

    /// A revocation lasts as long as the longest lifetime.
    private static final Duration TOKEN_LIFETIME_MAX = Duration.ofDays(365);

    public static final VerbSettings VERBS = VerbSettings.of(new SettingType.Text(
            "a channel's name or a pattern such as \"chat/**\", without {sub}",
            text -> ChannelRule.isPattern(text) && !text.contains(Names.SUB)));

    public static final List<Setting<?>> ALL = Stream.concat(
                    Stream.of(
                            KID,
                            HASH,
                            PASSWORD_FILE,
                            ROLES,
                            ALGORITHM,
                            PUBLIC_KEY_FILE,
                            SECRET_FILE,
                            SECRET_ENV,
                            JWKS,
                            ISSUER,
                            AUDIENCE,
                            CLIENT_CERTIFICATE,
                            CLIENT_CA_FILE,
                            LIFETIME_MAX),
                    VERBS.all().stream())
            .toList();

    /// The settings that name the place of the key.
    private static final List<Setting<?>> SOURCES =
            List.of(HASH, PASSWORD_FILE, PUBLIC_KEY_FILE, SECRET_FILE, SECRET_ENV, JWKS, CLIENT_CERTIFICATE);

    /// The settings that name a file.
    static final List<Setting<String>> FILES = List.of(PASSWORD_FILE, PUBLIC_KEY_FILE, SECRET_FILE, CLIENT_CA_FILE);

    /// Creates the key of a program.
    ///
    /// @param settings by the keys of [#ALL]
    /// @throws IllegalArgumentException if a key or value is invalid; the message is for the user
    public static KeyEntry of(String kid, Map<String, ?> settings) {
        var values =
                Flags.of(ALL).with(KID, "key", kid).with("key " + kid, settings).values();
        mistake(values).ifPresent(mistake -> {
            throw new IllegalArgumentException("key " + kid + " " + mistake);
        });
        return new KeyEntry(values);
    }

    public String kid() {
        return values.get(KID);
    }

    /// Returns true if callers send the key itself, not a token that it signed.
    public boolean isStatic() {
        return values.has(HASH);
    }

    /// Returns true if it is the password of a person.
    public boolean isPassword() {
        return values.has(PASSWORD_FILE);
    }

    /// Returns true if all its callers have its name.
    boolean isNamed() {
        return isStatic() || isPassword();
    }

    /// Returns true if callers present client certificates.
    public boolean isForCertificates() {
        return values.has(CLIENT_CERTIFICATE);
    }

    /// Returns true if it accepts all certificates, so that later keys get none.
    public boolean takesAllCertificates() {
        return isForCertificates() && !values.has(CLIENT_CA_FILE);
    }

    /// The advice for a key that gets no certificate because an earlier one accepts all; empty if this key
    /// gets some.
    ///
    /// @param earlier the key before it
    public Optional<String> adviceBehind(KeyEntry earlier) {
        if (!isForCertificates() || !earlier.takesAllCertificates()) return Optional.empty();
        return Optional.of(
                takesAllCertificates()
                        ? "give one of them a 'client_ca_file' and put it first, or remove one."
                        : "give that one a 'client_ca_file', or move it behind.");
    }

    /// The longest time for which a credential of this key may be valid.
    public Duration lifetimeMax() {
        boolean isStandard = !values.has(LIFETIME_MAX) && isForCertificates();
        return isStandard ? CertificateKey.LIFETIME_MAX : values.get(LIFETIME_MAX);
    }

    /// The permissions of the holder of a static key, in addition to the grants that apply to it.
    public Permissions permissions() {
        return isNamed() ? VERBS.permissions(values, Permission::on) : Permissions.NONE;
    }

    /// The permissions that callers with tokens or certificates of this key can have at most.
    public Permissions ceiling() {
        return isStatic() || !values.hasAny(VERBS.all()) ? Permissions.ALL : VERBS.permissions(values, Permission::on);
    }

    /// The mistake in an entry of these values, as the rest of a sentence about it; empty if the entry is
    /// valid.
    public static Optional<String> mistake(Values values) {
        if (!values.has(KID)) return Optional.of("needs 'kid', its name, such as kid = \"backend\".");
        var sources = sources(values);
        if (sources.isEmpty()) {
            return Optional.of(
                    "needs 'hash' for a static key, 'password_file' for a person, one of 'public_key_file', 'secret_file', 'secret_env' and"
                            + " 'jwks' for tokens, or 'client_certificate'.");
        }
        if (sources.size() > 1) {
            return Optional.of("has both '%s' and '%s': keep one of them, or make two keys."
                    .formatted(sources.getFirst().key(), sources.get(1).key()));
        }
        if (values.has(CLIENT_CERTIFICATE)) return mistakeOfCertificates(values);
        if (values.has(CLIENT_CA_FILE)) {
            return Optional.of("has 'client_ca_file', which is for keys with 'client_certificate': remove it.");
        }
        if (values.has(PASSWORD_FILE)) return mistakeOfPassword(values);
        return values.has(HASH) ? mistakeOfStatic(values) : mistakeOfIssuer(values, sources.getFirst());
    }

    private static Optional<String> mistakeOfCertificates(Values values) {
        return Stream.of(ALGORITHM, ISSUER, AUDIENCE)
                .filter(values::has)
                .findFirst()
                .map(setting -> "is for client certificates, and '%s' is for keys that sign tokens: remove it."
                        .formatted(setting.key()));
    }

    /// The setting that names the place of the key.
    static Setting<?> source(Values values) {
        return sources(values).getFirst();
    }

    private static List<Setting<?>> sources(Values values) {
        return SOURCES.stream().filter(values::has).toList();
    }

    private static Optional<String> mistakeOfStatic(Values values) {
        var ofTokens = Stream.of(ALGORITHM, ISSUER, AUDIENCE, LIFETIME_MAX)
                .filter(values::has)
                .findFirst();
        if (ofTokens.isPresent()) {
            return Optional.of("is a static key ('hash'), and '%s' is for keys that sign tokens: remove it."
                    .formatted(ofTokens.get().key()));
        }
        if (!isStaticName(values.get(KID))) {
            return Optional.of(
                    "is a static key ('hash'): its 'kid' takes 1 to 64 letters, digits, '.', '_' and '-' only.");
        }
        return Optional.empty();
    }

    private static Optional<String> mistakeOfPassword(Values values) {
        var ofTokens =
                Stream.of(ALGORITHM, ISSUER, AUDIENCE).filter(values::has).findFirst();
        if (ofTokens.isPresent()) {
            return Optional.of("is a password ('password_file'), and '%s' is for keys that sign tokens: remove it."
                    .formatted(ofTokens.get().key()));
        }
        if (values.get(LIFETIME_MAX).compareTo(TOKEN_LIFETIME_MAX) > 0) {
            return Optional.of("has a 'lifetime_max' of more than a year, which only client certificates may have.");
        }
        if (!isStaticName(values.get(KID))) {
            return Optional.of(
                    "is a password ('password_file'): its 'kid' takes 1 to 64 letters, digits, '.', '_' and '-' only.");
        }
        return Optional.empty();
    }

    private static Optional<String> mistakeOfIssuer(Values values, Setting<?> source) {
        if (values.has(ROLES)) {
            return Optional.of(
                    "has 'roles', which are for static keys and certificates: tokens have theirs in the claim"
                            + " 'roles'.");
        }
        if (values.get(LIFETIME_MAX).compareTo(TOKEN_LIFETIME_MAX) > 0) {
            return Optional.of("has a 'lifetime_max' of more than a year, which only client certificates may have.");
        }
        boolean isSecret = source.equals(SECRET_FILE) || source.equals(SECRET_ENV);
        if (!values.has(ALGORITHM) || values.get(ALGORITHM).isSecret() != isSecret) {
            return Optional.of("needs 'algorithm', for '%s' one of: %s."
                    .formatted(
                            source.key(),
                            algorithms(isSecret)
                                    .map(SigningAlgorithm::toString)
                                    .sorted()
                                    .collect(Collectors.joining(", "))));
        }
        var missing = Stream.of(ISSUER, AUDIENCE)
                .filter(setting -> source.equals(JWKS) && !values.has(setting))
                .findFirst();
        return missing.map(
                setting -> "has 'jwks' and needs '%s', so that the issuer's tokens for other services are refused."
                        .formatted(setting.key()));
    }

    /// Returns true if a text can be the `kid` of a static key, which contains it.
    public static boolean isStaticName(String text) {
        return STATIC_NAME.matcher(text).matches();
    }

    private static Stream<SigningAlgorithm> algorithms(boolean isSecret) {
        return Stream.of(SigningAlgorithm.values()).filter(each -> each.isSecret() == isSecret);
    }

    private static boolean isPath(String text) {
        return !text.isEmpty() && text.indexOf('\0') < 0;
    }

    private static boolean isKeySetAddress(String text) {
        if (text.length() > URL_LENGTH_MAX) return false;
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
        var host = uri.getHost();
        if (host == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) return false;
        return "https".equals(uri.getScheme())
                || ("http".equals(uri.getScheme()) && LOOPBACK.matcher(host).matches());
    }
}
