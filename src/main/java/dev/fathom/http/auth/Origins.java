package dev.fathom.http.auth;

import dev.fathom.config.ConfigurationException;
import io.netty.util.NetUtil;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Where callers come from, as far as one can be told from another: an IPv4 address, or the network of an IPv6 address. */
final class Origins {

    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BITS = 128;
    /** Of whatever a proxy says instead of an address. */
    private static final int MOST_TEXT = 64;

    private final int ipv6Prefix;

    /** @param ipv6Prefix how many leading bits of an IPv6 address count */
    Origins(int ipv6Prefix) {
        if (ipv6Prefix < 1 || ipv6Prefix > IPV6_BITS) {
            throw new ConfigurationException(
                    "fathom.security.wrong-passwords.ipv6-prefix=" + ipv6Prefix + " must be 1 to " + IPV6_BITS + ".");
        }
        this.ipv6Prefix = ipv6Prefix;
    }

    String of(SocketAddress remote) {
        return remote == null || remote.host() == null ? "" : of(remote.host());
    }

    /** @param host an address; a name is taken as it is, and never looked up */
    String of(String host) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
        if (address == null) {
            return host.substring(0, Math.min(MOST_TEXT, host.length()));
        }
        try {
            // Makes an IPv4 address of one that is written as IPv6.
            byte[] bytes = InetAddress.getByAddress(address).getAddress();
            return bytes.length == IPV4_BYTES
                    ? InetAddress.getByAddress(bytes).getHostAddress()
                    : InetAddress.getByAddress(network(bytes)).getHostAddress() + "/" + ipv6Prefix;
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] network(byte[] address) {
        byte[] network = Arrays.copyOf(address, address.length);
        for (int bit = ipv6Prefix; bit < IPV6_BITS; bit++) {
            network[bit / Byte.SIZE] &= (byte) ~(0x80 >> bit % Byte.SIZE);
        }
        return network;
    }
}
