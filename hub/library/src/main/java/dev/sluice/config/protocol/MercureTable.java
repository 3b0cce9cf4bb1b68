package dev.sluice.config.protocol;

import dev.sluice.config.setting.Names;
import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.SettingType;
import java.util.List;

/// `[mercure]`: the Mercure protocol.
public final class MercureTable {
    public static final Setting<String> PATH = new Setting<>(
            "mercure.path",
            new SettingType.Text("\"\" or a path such as \"/.well-known/mercure\"", DurableStreamsTable::isPath),
            "",
            "The path at which the hub serves the Mercure protocol; none if empty.");

    public static final Setting<String> CHANNELS = new Setting<>(
            "mercure.channels",
            new SettingType.Text("\"\" or the name of a channel", MercureTable::isChannel),
            "mercure",
            "The channel below which topics are. If empty, each channel of the hub is a public topic, to all subscribers"
                    + " of Mercure, whatever its grants say.");

    public static final Setting<Algorithm> ALGORITHM = new Setting<>(
            "mercure.algorithm",
            new SettingType.Word<>(Algorithm.class, Algorithm::toString),
            Algorithm.HS256,
            "The algorithm of the tokens, the only one that is accepted, whatever a token says.");

    public static final Setting<String> PUBLISHER_KEY_FILE = new Setting<>(
            "mercure.publisher_key_file",
            new SettingType.Confidential("the path of a file", MercureTable::isFile),
            "",
            "A file with the key of publishers' tokens: the secret of an HS algorithm, at least 32 bytes, or a public key"
                    + " (PEM). `path` needs it.");

    public static final Setting<String> SUBSCRIBER_KEY_FILE = new Setting<>(
            "mercure.subscriber_key_file",
            new SettingType.Confidential("the path of a file", MercureTable::isFile),
            "",
            "A file with the key of subscribers' tokens; that of publishers if empty.");

    public static final Setting<String> ISSUER = new Setting<>(
            "mercure.issuer",
            new SettingType.Text("\"\" or text of up to 255 bytes", MercureTable::isEmptyOrName),
            "",
            "What tokens of Mercure 1.0 have as `iss`; if empty, only tokens of 0.x are accepted.");

    public static final Setting<String> AUDIENCE = new Setting<>(
            "mercure.audience",
            new SettingType.Text("\"\" or text of up to 255 bytes", MercureTable::isEmptyOrName),
            "",
            "What tokens of Mercure 1.0 have in `aud`: by custom the address of the hub. `issuer` needs it.");

    public static final Setting<Boolean> ANONYMOUS = new Setting<>(
            "mercure.anonymous",
            new SettingType.Switch(),
            false,
            "Whether subscribers without a token receive public updates.");

    public static final Setting<Boolean> SUBSCRIPTIONS = new Setting<>(
            "mercure.subscriptions",
            new SettingType.Switch(),
            false,
            "Whether subscriptions are events, and listed below `path`.");

    public static final List<Setting<?>> ALL = List.of(
            PATH,
            CHANNELS,
            ALGORITHM,
            PUBLISHER_KEY_FILE,
            SUBSCRIBER_KEY_FILE,
            ISSUER,
            AUDIENCE,
            ANONYMOUS,
            SUBSCRIPTIONS);

    /// The algorithms of tokens, as tokens name them.
    public enum Algorithm {
        HS256("HS256"),
        HS384("HS384"),
        HS512("HS512"),
        RS256("RS256"),
        RS384("RS384"),
        RS512("RS512"),
        ES256("ES256"),
        ES384("ES384"),
        EDDSA("EdDSA");

        private final String text;

        Algorithm(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }

        /// Returns true if the key that verifies a token can also sign one.
        public boolean isSymmetric() {
            return text.startsWith("HS");
        }
    }

    private MercureTable() {}

    private static boolean isChannel(String text) {
        return text.isEmpty() || text.matches("[A-Za-z0-9._~-]{1,50}(/[A-Za-z0-9._~-]{1,50})?");
    }

    private static boolean isFile(String text) {
        return text.indexOf('\0') < 0;
    }

    private static boolean isEmptyOrName(String text) {
        return text.isEmpty() || Names.isName(text);
    }
}
