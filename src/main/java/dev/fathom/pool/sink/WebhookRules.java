package dev.fathom.pool.sink;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where webhooks may go: to hosts that are configured, at addresses that are public or in configured networks. Addresses are
 * checked right before connecting, so a name cannot be pointed elsewhere after the check.
 */
public final class WebhookRules {

    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    /** Every block that is not public, by the registries of special-purpose addresses. */
    private static final List<IpSubnetFilterRule> NOT_PUBLIC = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "::/96",
                    "::ffff:0:0:0/96",
                    "64:ff9b::/96",
                    "64:ff9b:1::/48",
                    "100::/64",
                    "2001::/23",
                    "2001:db8::/32",
                    "2002::/16",
                    "fc00::/7",
                    "fe80::/10",
                    "fec0::/10",
                    "ff00::/8")
            .map(WebhookRules::subnet)
            .toList();

    private final Set<String> hosts;
    private final List<IpSubnetFilterRule> networks;

    /**
     * @param hosts {@code name} or {@code name:port}; none switches webhooks off
     * @param networks as CIDRs: what may be reached although it is not public
     * @throws IllegalArgumentException for what is no CIDR
     */
    public WebhookRules(Collection<String> hosts, Collection<String> networks) {
        this.hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        this.networks = networks.stream().map(WebhookRules::subnet).toList();
    }

    private static IpSubnetFilterRule subnet(String cidr) {
        String[] parts = cidr.split("/", -1);
        boolean sane = parts.length == 2 && parts[0].matches("[0-9a-fA-F.:]+") && parts[1].matches("[0-9]{1,3}");
        if (!sane) {
            throw new IllegalArgumentException("\"" + cidr + "\" is not a CIDR such as 10.0.0.0/8.");
        }
        return new IpSubnetFilterRule(parts[0], Integer.parseInt(parts[1]), IpFilterRuleType.ACCEPT);
    }

    /** Why a URL may not be called; empty when its host may. */
    public Optional<String> refusal(String url) {
        URI uri = URI.create(url);
        if (hosts.isEmpty()) {
            return Optional.of("Webhooks are off: name the hosts they may call in fathom.pool.webhook.allowed-hosts.");
        }
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        boolean allowed = hosts.contains(host) || hosts.contains(host + ":" + port(uri));
        return allowed
                ? Optional.empty()
                : Optional.of("Host " + host + ":" + port(uri) + " is not one of fathom.pool.webhook.allowed-hosts.");
    }

    static int port(URI uri) {
        if (uri.getPort() > 0) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? HTTPS : HTTP;
    }

    boolean allows(InetAddress address) {
        InetSocketAddress socket = new InetSocketAddress(address, 0);
        return networks.stream().anyMatch(network -> network.matches(socket))
                || NOT_PUBLIC.stream().noneMatch(block -> block.matches(socket));
    }
}
