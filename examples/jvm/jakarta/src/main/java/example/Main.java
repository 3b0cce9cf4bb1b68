package example;

import java.util.Set;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.jboss.weld.environment.servlet.EnhancedListener;

/// Starts what an application server starts by itself: the container, CDI and the servlets.
public final class Main {
    private Main() {}

    public static void main(String[] args) throws LifecycleException {
        var tomcat = new Tomcat();
        tomcat.setBaseDir("target/tomcat");
        tomcat.setPort(Integer.getInteger("port", 8080));
        var application = tomcat.addContext("", null);
        application.addServletContainerInitializer(new EnhancedListener(), Set.of());
        Tomcat.addServlet(application, "shop", Shop.class.getName()).setLoadOnStartup(1);
        application.addServletMappingDecoded("/orders", "shop");
        Tomcat.addServlet(application, "packed", Packed.class.getName());
        application.addServletMappingDecoded("/packed", "packed");
        tomcat.getConnector();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(tomcat)));
        tomcat.start();
        tomcat.getServer().await();
    }

    private static void stop(Tomcat tomcat) {
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
