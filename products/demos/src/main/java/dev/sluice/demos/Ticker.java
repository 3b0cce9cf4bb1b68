package dev.sluice.demos;

import dev.sluice.Response;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.SseStream;
import dev.sluice.demos.page.PageFile;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/// Sends named events every second, for pages of any origin.
record Ticker(Duration period, System.Logger log) implements Program {
    static final Duration PERIOD = Duration.ofSeconds(1);

    record Update(String time, String message) {}

    Ticker() {
        this(PERIOD, System.getLogger("ticker"));
    }

    @Override
    public Sluice server() {
        return Sluice.inMemory()
                .host("127.0.0.1")
                .port(666)
                .origins("*")
                .corsMaxAge(Duration.ofSeconds(5))
                .withoutHubPaths();
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/api/v1/", request -> Response.text("欢迎使用 Sluice，666 端口启动成功！"))
                .sse("/api/v1/sse", this::tick)
                .resources("/page/", Ticker.class, "ticker")
                .notFound(request ->
                        PageFile.rootOr(request, "page/", Response.text("404").status(404)));
    }

    private void tick(SseStream stream) {
        stream.onClose(() -> log.log(Level.INFO, "客户端已断开连接！"));
        stream.every(period, () -> stream.json("update", now()));
    }

    static Update now() {
        return new Update(
                time(), "服务端推送数据" + javaScript(ThreadLocalRandom.current().nextDouble()));
    }

    private static String time() {
        return DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).format(LocalTime.now(ZoneId.systemDefault()));
    }

    /// Formats a number from 0 to 1 as JavaScript does (ECMA-262 §6.1.6.1.20): with the same digits as Java,
    /// but with an exponent only below a millionth.
    static String javaScript(double number) {
        if (number == 0) return "0";
        BigDecimal decimal = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        if (number >= 1e-6) return decimal.toPlainString();
        String digits = decimal.unscaledValue().toString();
        String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
        return digits.charAt(0) + fraction + "e" + (decimal.precision() - decimal.scale() - 1);
    }
}
