package dev.sluice.sense.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sense.check.Network;
import dev.sluice.sense.check.Phrase;
import jakarta.mail.Address;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A mail server that accepts connections and stops answering: before its greeting, or after one command.
@Timeout(60)
class StalledMailTest {
    private static MailNotifier mail(int port, String... to) throws Exception {
        List<InternetAddress> recipients = new ArrayList<>();
        for (String each : to) recipients.add(new InternetAddress(each));
        return new MailNotifier(
                "localhost",
                port,
                MailNotifier.Security.NONE,
                "",
                "",
                new InternetAddress("sense@shop.example"),
                recipients,
                AlertText.EN,
                Network.system(),
                InstantSource.system());
    }

    private static Delivery sendTo(int port, Duration timeout) throws Exception {
        Notifier mail = mail(port, "ops@shop.example");
        Notifier hurried = new Notifier() {
            @Override
            public Delivery send(Alert alert) throws InterruptedException {
                return mail.send(alert);
            }

            @Override
            public Duration timeout() {
                return timeout;
            }
        };
        return new BoundedNotifier("ops", hurried).send(TestAlert.OPENED);
    }

    @Test
    void anAttemptEndsInTimeWithItsConnectionWhereverTheServerStalls() throws Exception {
        List<Callable<String>> attempts = new ArrayList<>();
        List<String> commands = List.of("greeting", "EHLO", "MAIL", "RCPT", "DATA", ".");
        for (String stalled : commands)
            attempts.add(() -> {
                try (var server = new StallingServer(stalled)) {
                    assertThat(sendTo(server.port(), Duration.ofSeconds(1)))
                            .as(stalled)
                            .isEqualTo(new Delivery.Failed(Phrase.of("no-end-within", "1 s")));
                    return server.ended.get(60, TimeUnit.SECONDS); // The connection is closed.
                }
            });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var each : threads.invokeAll(attempts)) assertThat(each.get()).isIn(commands);
        }
    }

    /// Otherwise the server would receive the message again that it has accepted.
    @Test
    void aServerThatDoesNotAnswerToQuitHasAcceptedTheMessage() throws Exception {
        try (var server = new StallingServer("QUIT")) {
            assertThat(sendTo(server.port(), Duration.ofSeconds(10))).isEqualTo(new Delivery.Accepted());
        }
    }

    /// Like a reset of the connection, which may arrive with or after the acceptance.
    @Test
    void aMessageThatWasAcceptedStaysSoIfItsConnectionCannotBeClosed() throws Exception {
        var closed = new AtomicBoolean();
        var session = Session.getInstance(new Properties());
        var transport = new SMTPTransport(session, new URLName("smtp://localhost")) {
            @Override
            public void sendMessage(Message message, Address[] to) {}

            @Override
            public void close() throws MessagingException {
                if (!isConnected()) return;
                super.close();
                closed.set(true);
                throw new MessagingException("Can't send command to SMTP host");
            }
        };
        try (var server = new StallingServer("nothing")) {
            mail(server.port(), "ops@shop.example").send(new MimeMessage(session), transport);
        }
        assertThat(closed).isTrue();
    }

    /// Otherwise it would hold up all alerts in the same message.
    @Test
    void aServerThatRefusesTheMessageForGoodIsUnderstood() throws Exception {
        try (var server = new StallingServer("nothing", Map.of(".", "554 it looks like spam"))) {
            assertThat(sendTo(server.port(), Duration.ofSeconds(10)))
                    .isInstanceOfSatisfying(
                            Delivery.Failed.class,
                            failed -> assertThat(failed.isRefused()).isTrue());
        }
    }

    @Test
    void aRefusedRecipientDoesNotKeepTheAlertFromTheOthers() throws Exception {
        String left = "left@shop.example";
        String full = "full@shop.example";
        var answers = Map.of(
                "RCPT TO:<" + left + ">", "550 no such user",
                "RCPT TO:<" + full + ">", "452 mailbox full");
        try (var server = new StallingServer("nothing", answers)) {
            assertThat(mail(server.port(), left, "ops@shop.example", full).send(TestAlert.OPENED))
                    .isEqualTo(new Delivery.Accepted());
        }
        try (var server = new StallingServer("nothing", answers)) {
            assertThat(mail(server.port(), left, full).send(TestAlert.OPENED)).isInstanceOf(Delivery.Failed.class);
        }
    }

    /// Answers like a mail server up to one command.
    private static final class StallingServer implements AutoCloseable {
        private final ServerSocket accepting = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        private final String stalled;
        private final Map<String, String> answers;

        /// Completes with the unanswered command when the client has closed the connection.
        final CompletableFuture<String> ended = new CompletableFuture<>();

        StallingServer(String stalled) throws IOException {
            this(stalled, Map.of());
        }

        /// @param answers the answers to lines that are not accepted
        StallingServer(String stalled, Map<String, String> answers) throws IOException {
            this.stalled = stalled;
            this.answers = answers;
            Thread.ofVirtual().start(() -> {
                try (Socket client = accepting.accept()) {
                    serve(client);
                    ended.complete(stalled);
                } catch (IOException reset) {
                    ended.complete(stalled);
                }
            });
        }

        int port() {
            return accepting.getLocalPort();
        }

        private void serve(Socket client) throws IOException {
            var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            boolean isStalled = stalled.equals("greeting");
            if (!isStalled) answer(client, "220 stalling");
            boolean isBody = false;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (isBody && !line.equals(".")) continue;
                isBody = line.equals("DATA");
                isStalled |= line.startsWith(stalled);
                if (!isStalled) answer(client, isBody ? "354 go on" : answers.getOrDefault(line, "250 ok"));
            }
        }

        private static void answer(Socket client, String line) throws IOException {
            client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public void close() throws IOException {
            accepting.close();
        }
    }
}
