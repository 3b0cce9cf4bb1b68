package dev.sluice.sense.story;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.sense.json.SenseJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// A receiver for each kind of notifier in the format of its service.
final class Services implements AutoCloseable {
    /// The response with which each service accepts a message, and the members that lead to its text.
    private static final Map<String, List<String>> FORMATS = Map.of(
            "webhook", List.of("{}", "text"),
            "slack", List.of("ok", "text"),
            "discord", List.of("{}", "content"),
            "telegram", List.of("{\"ok\":true}", "text"),
            "dingtalk", List.of("{\"errcode\":0}", "text", "content"),
            "feishu", List.of("{\"code\":0}", "content", "text"),
            "wecom", List.of("{\"errcode\":0}", "text", "content"));

    private final GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private final Map<String, List<String>> received = new ConcurrentHashMap<>();
    private final Sluice chat;

    Services() {
        mail.start();
        Sluice hub = Sluice.inMemory().port(0).withoutShutdownHook();
        FORMATS.forEach((service, format) -> {
            received.put(service, new CopyOnWriteArrayList<>());
            hub.post(service.equals("telegram") ? "/bot7:x/sendMessage" : "/" + service, request -> {
                Object text = SenseJson.object(request.text());
                for (String member : format.subList(1, format.size())) text = ((Map<?, ?>) text).get(member);
                received.get(service).add(String.valueOf(text));
                return Response.of("application/json", format.getFirst().getBytes(StandardCharsets.UTF_8));
            });
        });
        chat = hub.start();
    }

    /// Returns a part of `sense.toml` with all services.
    String toml() {
        var text = new StringBuilder();
        for (String service : FORMATS.keySet())
            text.append("[[notifier]]\nname = \"%1$s\"\ntype = \"%1$s\"\nurl = \"%2$s/%1$s\"\n"
                            .formatted(service, chat.uri()))
                    .append(service.equals("telegram") ? "token = \"7:x\"\nchat = \"1\"\n" : "");
        return text.append("""
                [[notifier]]
                name = "email"
                type = "email"
                host = "127.0.0.1"
                port = %d
                security = "none"
                from = "sense@shop.example"
                to = ["ops@shop.example"]
                """.formatted(mail.getSmtp().getPort())).toString();
    }

    /// Returns true if each service has received this many texts. Cheap, for tests that poll it.
    boolean haveAll(int count) {
        return received.values().stream().allMatch(texts -> texts.size() >= count)
                && mail.getReceivedMessages().length >= count;
    }

    /// Returns the texts that each service has received, with subjects and details.
    Map<String, List<String>> texts() {
        Map<String, List<String>> all = new LinkedHashMap<>(received);
        List<String> mails = new ArrayList<>();
        for (var each : mail.getReceivedMessages()) {
            try {
                mails.add(each.getSubject() + "\n" + each.getContent());
            } catch (Exception broken) {
                throw new AssertionError(broken);
            }
        }
        all.put("email", mails);
        return all;
    }

    @Override
    public void close() {
        chat.close();
        mail.stop();
    }
}
