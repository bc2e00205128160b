package dev.fathom.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.fathom.packaged.PackagedService;
import java.lang.management.ManagementFactory;

/** Where a run took place, without a name. */
final class Machine {

    private Machine() {}

    static String described() {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return String.format(
                "Machine: %d cores, %d GB of memory, %s %s (%s); JDK %s (%s); Kafka broker %s, one node on loopback in a JVM"
                        + " of 2 GB. Service, broker, callers and yardsticks share the cores. The service is %s with"
                        + " `-Xmx%dm` and the settings of the image.",
                system.getAvailableProcessors(),
                Math.round(system.getTotalMemorySize() / (double) (1 << 30)),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch"),
                Runtime.version(),
                System.getProperty("java.vm.name"),
                System.getProperty("kafka.broker.version"),
                PackagedService.NATIVE.isPresent()
                        ? "the native executable"
                        : "the jar, with an archive of its classes,",
                World.HEAP_MEGABYTES);
    }
}
