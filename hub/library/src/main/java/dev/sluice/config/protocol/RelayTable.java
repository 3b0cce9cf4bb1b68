package dev.sluice.config.protocol;

import dev.sluice.config.setting.Setting;
import dev.sluice.config.setting.SettingType;
import java.util.List;

/// `[relay]`: the relay before AI providers, which keeps their answers in channels.
public final class RelayTable {
    private static final String ADDRESS = "an address such as \"https://api.example.com\"";

    public static final Setting<String> PATH = new Setting<>(
            "relay.path",
            new SettingType.Text("\"\" or a path such as \"/relay\"", DurableStreamsTable::isPath),
            "",
            "The path below which SDKs of AI providers find the hub; none if empty.");

    public static final Setting<String> OPENAI_URL = new Setting<>(
            "relay.openai_url",
            new SettingType.Text(ADDRESS, RelayTable::isAddress),
            "https://api.openai.com",
            "Where `/v1/chat/completions` and `/v1/responses` are, of OpenAI or a compatible provider.");

    public static final Setting<String> OPENAI_KEY_FILE = new Setting<>(
            "relay.openai_key_file",
            new SettingType.Confidential("the path of a file", RelayTable::isFile),
            "",
            "A file with the key of that provider, which `PATH/openai/v1` then serves.");

    public static final Setting<String> ANTHROPIC_URL = new Setting<>(
            "relay.anthropic_url",
            new SettingType.Text(ADDRESS, RelayTable::isAddress),
            "https://api.anthropic.com",
            "Where `/v1/messages` is.");

    public static final Setting<String> ANTHROPIC_KEY_FILE = new Setting<>(
            "relay.anthropic_key_file",
            new SettingType.Confidential("the path of a file", RelayTable::isFile),
            "",
            "A file with the key of that provider, which `PATH/anthropic` then serves.");

    public static final Setting<Long> ANSWERS_MAX = Setting.count(
            "relay.answers_max",
            1,
            100_000,
            1_000,
            "Answers in progress at a time, a tenth of them of one caller; further requests get 503 or 429.");

    public static final List<Setting<?>> ALL =
            List.of(PATH, OPENAI_URL, OPENAI_KEY_FILE, ANTHROPIC_URL, ANTHROPIC_KEY_FILE, ANSWERS_MAX);

    private RelayTable() {}

    private static boolean isFile(String text) {
        return text.indexOf('\0') < 0;
    }

    private static boolean isAddress(String text) {
        return text.matches("https?://[A-Za-z0-9.\\[\\]:_-]{1,255}(/[A-Za-z0-9._~/-]{0,255})?");
    }
}
