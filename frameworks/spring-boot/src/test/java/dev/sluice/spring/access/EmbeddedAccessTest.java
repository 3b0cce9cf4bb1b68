package dev.sluice.spring.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sluice.Sluice;
import dev.sluice.spring.boot.EmbeddedHubAutoConfiguration;
import dev.sluice.spring.boot.SluiceAutoConfiguration;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/// The users of Spring Security as users of an embedded hub.
final class EmbeddedAccessTest {
    private static final byte[] SECRET =
            "a secret of 32 bytes for a test.".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    @Configuration(proxyBeanMethods = false)
    static class Grants {
        @Bean
        SluiceAccess access() {
            return user ->
                    SluiceGrants.none().subscribe("news/**", "rooms/{user}/*").publish("rooms/{user}/*");
        }
    }

    private final ApplicationContextRunner application = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(EmbeddedHubAutoConfiguration.class, SluiceAutoConfiguration.class))
            .withPropertyValues("sluice.embedded.port=0")
            .withUserConfiguration(Grants.class)
            .withBean(
                    JwtDecoder.class,
                    () -> NimbusJwtDecoder.withSecretKey(new SecretKeySpec(SECRET, "HmacSHA256"))
                            .build());

    @Test
    void permitsWhatTheGrantsOfTheUserPermit() {
        application.run(context -> {
            var hub = context.getBean(Sluice.class);
            var ann = token("ann");
            assertThat(publish(hub, "rooms/ann/chat", ann)).isEqualTo(201);
            assertThat(publish(hub, "rooms/bob/chat", ann)).isEqualTo(403);
            assertThat(publish(hub, "news/today", ann)).isEqualTo(403);
            assertThat(publish(hub, "rooms/ann/chat", null)).isEqualTo(403);
            assertThat(publish(hub, "rooms/ann/chat", ann + "x")).isEqualTo(403);
            assertThat(read(hub, "rooms/ann/chat", ann)).isEqualTo(200);
            assertThat(read(hub, "rooms/ann/chat", null)).isEqualTo(403);
            assertThat(read(hub, "news/today", null)).isEqualTo(200);
        });
    }

    @Test
    void refusesNobodyWhileTheIdentityProviderIsAway() {
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(EmbeddedHubAutoConfiguration.class, SluiceAutoConfiguration.class))
                .withPropertyValues("sluice.embedded.port=0")
                .withUserConfiguration(Grants.class)
                .withBean(JwtDecoder.class, () -> token -> {
                    throw new JwtException("The key set can't be fetched.");
                })
                .run(context -> assertThat(read(context.getBean(Sluice.class), "rooms/ann/chat", "good"))
                        .isEqualTo(500));
    }

    @Test
    void namesTheUserInEvents() {
        application.run(context -> {
            var hub = context.getBean(Sluice.class);
            assertThat(publish(hub, "rooms/ann/chat", token("ann"))).isEqualTo(201);
            var names = new LinkedBlockingQueue<String>();
            try (var subscription = hub.channels("rooms/ann/chat")
                    .earliest()
                    .subscribe(event -> names.add(event.from().orElse("nobody")))) {
                assertThat(names.poll(60, TimeUnit.SECONDS)).isEqualTo("ann");
                assertThat(subscription.isOpen()).isTrue();
            }
        });
    }

    private static String token(String user) throws Exception {
        var jwt = new SignedJWT(
                new JWSHeader(JWSAlgorithm.HS256),
                new JWTClaimsSet.Builder().subject(user).build());
        jwt.sign(new MACSigner(SECRET));
        return jwt.serialize();
    }

    private static int publish(Sluice hub, String channel, @Nullable String token) throws Exception {
        return status(
                HttpRequest.newBuilder(URI.create(hub.uri() + "/channels/" + channel))
                        .POST(HttpRequest.BodyPublishers.ofString("hello")),
                token);
    }

    private static int read(Sluice hub, String channel, @Nullable String token) throws Exception {
        return status(
                HttpRequest.newBuilder(URI.create(hub.uri() + "/channels/" + channel + "?after=earliest")), token);
    }

    private static int status(HttpRequest.Builder request, @Nullable String token)
            throws IOException, InterruptedException {
        if (token != null) request.header("Authorization", "Bearer " + token);
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }
}
