package dev.sluice.sense.config;

import dev.sluice.sense.check.Network;
import dev.sluice.sense.check.WebClient;
import dev.sluice.sense.notify.AlertText;
import dev.sluice.sense.notify.CommandNotifier;
import dev.sluice.sense.notify.DingTalkFormat;
import dev.sluice.sense.notify.DiscordFormat;
import dev.sluice.sense.notify.FeishuFormat;
import dev.sluice.sense.notify.HttpNotifier;
import dev.sluice.sense.notify.MailNotifier;
import dev.sluice.sense.notify.Notifier;
import dev.sluice.sense.notify.SlackFormat;
import dev.sluice.sense.notify.TelegramFormat;
import dev.sluice.sense.notify.WeComFormat;
import dev.sluice.sense.notify.WebhookFormat;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.HttpUrl;

/// The types of notifiers and their keys.
public final class NotifierTypes {
    private static final HttpUrl TELEGRAM = HttpUrl.get("https://api.telegram.org/");

    private static final Pattern TELEGRAM_TOKEN =
            Pattern.compile("[A-Za-z0-9:_-]{0,200}"); // The token is a part of a path.

    private final WebClient client;
    private final InstantSource clock;
    private final Network network;

    private NotifierTypes(InstantSource clock, Network network) {
        client = WebClient.forAlerts(network);
        this.clock = clock;
        this.network = network;
    }

    /// Returns all types by their names.
    public static Map<String, NotifierType> all(InstantSource clock) {
        return all(clock, Network.system());
    }

    /// @param network the way in which services are reached
    public static Map<String, NotifierType> all(InstantSource clock, Network network) {
        var types = new NotifierTypes(clock, network);
        return Stream.of(
                        new NotifierType("webhook", false, Set.of("url", "secret"), types::webhook),
                        new NotifierType("slack", false, Set.of("url"), types::slack),
                        new NotifierType("discord", false, Set.of("url"), types::discord),
                        new NotifierType("telegram", false, Set.of("token"), types::telegram),
                        new NotifierType("dingtalk", false, Set.of("url", "secret"), types::dingTalk),
                        new NotifierType("feishu", false, Set.of("url", "secret"), types::feishu),
                        new NotifierType("wecom", false, Set.of("url"), types::weCom),
                        new NotifierType("email", false, Set.of("password"), types::email),
                        new NotifierType("command", true, Set.of(), NotifierTypes::command))
                .collect(Collectors.toMap(NotifierType::name, Function.identity()));
    }

    private Notifier http(HttpNotifier.Format format) {
        return new HttpNotifier(client, format, clock);
    }

    private Notifier webhook(Fields fields) {
        String secret = fields.parsed("secret", WebhookFormat::requireSecret).orElse("");
        return http(new WebhookFormat(url(fields), secret, words(fields), clock));
    }

    private Notifier slack(Fields fields) {
        return http(new SlackFormat(url(fields), words(fields)));
    }

    private Notifier discord(Fields fields) {
        return http(new DiscordFormat(url(fields), words(fields)));
    }

    private Notifier telegram(Fields fields) {
        HttpUrl api = fields.parsed("url", WebAddress::parse).orElse(TELEGRAM);
        String token = fields.text("token");
        if (!TELEGRAM_TOKEN.matcher(token).matches())
            fields.fault("token", "takes the token of a bot, as 123456:ABC-DEF");
        return http(new TelegramFormat(api, token, fields.text("chat"), words(fields)));
    }

    private Notifier dingTalk(Fields fields) {
        return http(new DingTalkFormat(url(fields), fields.text("secret", ""), words(fields), clock));
    }

    private Notifier feishu(Fields fields) {
        return http(new FeishuFormat(url(fields), fields.text("secret", ""), words(fields), clock));
    }

    private Notifier weCom(Fields fields) {
        return http(new WeComFormat(url(fields), words(fields)));
    }

    private Notifier email(Fields fields) {
        var security =
                MailNotifier.Security.valueOf(fields.choice("security", "tls", List.of("tls", "starttls", "none"))
                        .toUpperCase(Locale.ROOT));
        int port = switch (security) {
            case TLS -> 465;
            case STARTTLS -> 587;
            case NONE -> 25;
        };
        String user = fields.text("user", "");
        String password = fields.text("password", "");
        if (!user.isEmpty() && security == MailNotifier.Security.NONE)
            fields.fault("user", "would send its password unprotected: use tls or starttls");
        return new MailNotifier(
                fields.text("host"),
                fields.integer("port", port, 1, 65_535),
                security,
                user,
                password,
                addresses(fields, "from", List.of(fields.text("from"))).getFirst(),
                addresses(fields, "to", fields.texts("to")),
                words(fields),
                network,
                clock);
    }

    private static List<InternetAddress> addresses(Fields fields, String key, List<String> texts) {
        try {
            List<InternetAddress> all = new ArrayList<>();
            for (String text : texts) all.add(new InternetAddress(text, true));
            if (!all.isEmpty()) return all;
            fields.fault(key, "is missing");
        } catch (AddressException invalid) {
            fields.fault(key, "takes addresses such as ops@shop.example");
        }
        return List.of(new InternetAddress());
    }

    private static Notifier command(Fields fields) {
        List<String> arguments = fields.texts("command");
        if (arguments.isEmpty())
            fields.fault("command", "takes the program and its arguments: [\"/usr/bin/alert\", \"-a\"]");
        Duration timeout = fields.time("timeout", Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofMinutes(5));
        return new CommandNotifier(arguments, words(fields), timeout);
    }

    private static HttpUrl url(Fields fields) {
        if (!fields.has("url")) fields.fault("url", "is missing");
        return fields.parsed("url", WebAddress::parse).orElse(HttpUrl.get("http://localhost/"));
    }

    private static AlertText words(Fields fields) {
        return fields.choice("language", "en", List.of("en", "zh")).equals("zh") ? AlertText.ZH : AlertText.EN;
    }
}
