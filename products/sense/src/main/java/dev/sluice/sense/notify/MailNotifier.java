package dev.sluice.sense.notify;

import dev.sluice.sense.check.Network;
import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.check.Reason;
import dev.sluice.sense.text.LogField;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/// Sends alerts by e-mail over SMTP.
///
/// @param user    the user name; empty to send without a login
/// @param network the way in which the server is reached, and the trusted certificate authorities
public record MailNotifier(
        String host,
        int port,
        Security security,
        String user,
        String password,
        InternetAddress from,
        List<InternetAddress> to,
        AlertText words,
        Network network,
        InstantSource clock)
        implements Notifier {
    public MailNotifier {
        to = List.copyOf(to);
    }

    private static final System.Logger LOG = System.getLogger(MailNotifier.class.getName());

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /// The encryption of the connection.
    public enum Security {
        /// TLS from the start (RFC 8314).
        TLS,
        /// STARTTLS on a plain connection, which must succeed (RFC 3207).
        STARTTLS,
        /// No encryption, for a server on this machine.
        NONE
    }

    @Override
    public String toString() {
        return "MailNotifier[" + host + ":" + port + "]"; // Omits the password.
    }

    @Override
    public boolean isForPeople() {
        return true;
    }

    @Override
    public Delivery send(Alert alert) {
        var session = Session.getInstance(properties(), new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(user, password);
            }
        });
        try {
            var message = new Identified(session, alert.id() + "@" + domain());
            message.setFrom(from);
            message.setRecipients(Message.RecipientType.TO, to.toArray(InternetAddress[]::new));
            message.setSubject(words.subject(alert).replaceAll("[\\r\\n]+", " "), "UTF-8");
            message.setText(words.body(alert) + "\n", "UTF-8");
            message.setSentDate(Date.from(clock.instant()));
            message.setHeader(
                    "Auto-Submitted", "auto-generated"); // Prevents replies of vacation responders (RFC 3834).
            message.saveChanges();
            send(message, (SMTPTransport) session.getTransport("smtp"));
            return new Delivery.Accepted();
        } catch (MessagingException | IOException failed) {
            return new Delivery.Failed(reason(failed), Duration.ZERO, isRefusal(failed));
        }
    }

    /// Sends the message to the first address of the host that answers; the library itself would try only
    /// one.
    ///
    /// @throws MessagingException if the server has not accepted the message for any recipient
    void send(Message message, SMTPTransport transport) throws MessagingException, IOException {
        Socket plain = network.connect(host, port, TIMEOUT);
        try {
            plain.setSoTimeout((int) TIMEOUT.toMillis());
            transport.connect(security == Security.TLS ? network.secure(plain, host) : plain);
            transport.sendMessage(message, message.getAllRecipients());
        } catch (SendFailedException failed) {
            requireSomeSent(failed);
        } finally {
            close(transport, plain);
        }
    }

    /// Accepts that the server refused some recipients: a repetition would reach the others again.
    private void requireSomeSent(SendFailedException failed) throws SendFailedException {
        if (failed.getValidSentAddresses() == null) throw failed;
        List<Address> refused = new ArrayList<>();
        for (Address[] each : Arrays.asList(failed.getInvalidAddresses(), failed.getValidUnsentAddresses()))
            if (each != null) refused.addAll(List.of(each));
        LOG.log(
                Level.WARNING,
                "a mail server refused some recipients of an alert host=" + LogField.quoted(host) + " refused="
                        + LogField.quoted(refused));
    }

    /// Closes the connection. A failure here does not change that the message was accepted.
    private static void close(SMTPTransport transport, Socket plain) {
        try (plain) {
            transport.close();
        } catch (MessagingException | IOException broken) {
            LOG.log(Level.DEBUG, "a connection to a mail server was not closed well", broken);
        }
    }

    /// Returns true if the server permanently refused the message or its sender (RFC 5321 §4.2.1).
    private static boolean isRefusal(Exception failed) {
        return failed instanceof SMTPSendFailedException refused && refused.getReturnCode() / 100 == 5;
    }

    /// Returns the reason of a failure. The library's messages may repeat what was sent, so only those of the
    /// network are used.
    private static Phrase reason(Exception failed) {
        if (failed instanceof AuthenticationFailedException) return Phrase.of("login-refused");
        for (Throwable at = failed; at != null; at = at.getCause())
            if (at instanceof IOException io) return Reason.of(io);
        return String.valueOf(failed.getMessage()).contains("STARTTLS")
                ? Phrase.of("no-starttls")
                : Phrase.of("mail-failure", failed.getClass().getSimpleName());
    }

    private String domain() {
        String address = from.getAddress();
        return address.substring(address.indexOf('@') + 1);
    }

    private Properties properties() {
        var all = new Properties();
        all.put("mail.smtp.host", host);
        // The server has already accepted the message; if it does not answer QUIT, it must not receive the
        // message again.
        all.put("mail.smtp.quitwait", "false");
        all.put("mail.smtp.sendpartial", "true"); // To the recipients that the server accepts.
        all.put("mail.smtp.auth", String.valueOf(!user.isEmpty()));
        all.put("mail.smtp.starttls.enable", String.valueOf(security == Security.STARTTLS));
        all.put("mail.smtp.starttls.required", String.valueOf(security == Security.STARTTLS));
        all.put("mail.smtp.ssl.checkserveridentity", "true");
        all.put("mail.smtp.ssl.socketFactory", network.sockets());
        return all;
    }

    /// A message whose id is the alert's id, so that a repetition can be recognized.
    private static final class Identified extends MimeMessage {
        private final String id;

        Identified(Session session, String id) {
            super(session);
            this.id = id;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", "<" + id + ">");
        }
    }
}
