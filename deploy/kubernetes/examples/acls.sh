#!/bin/sh
# The same rights as kafka-user.yaml, for brokers with Kafka's own authorizer.
#   BOOTSTRAP_SERVERS=… COMMAND_CONFIG=… deploy/kubernetes/examples/acls.sh
set -eu
acl() {
  kafka-acls.sh --bootstrap-server "$BOOTSTRAP_SERVERS" --command-config "$COMMAND_CONFIG" \
    --add --allow-principal User:fathom "$@"
}
# To see groups, offsets and logs; Read on topics to read records.
acl --cluster --operation Describe --operation DescribeConfigs
acl --group '*' --operation Describe
acl --topic '*' --operation Describe --operation DescribeConfigs --operation Read
# To move offsets: Read commits, Delete deletes offsets and groups.
acl --group '*' --operation Read --operation Delete
acl --topic __fathom_operations --operation Create --operation Describe --operation Read --operation Write
# To run managed consumers. Each also needs Write on the topics it writes to.
acl --topic __fathom_consumers --operation Create --operation Describe --operation Read --operation Write
acl --topic __fathom_status --operation Create --operation Describe --operation Read --operation Write
acl --group __fathom_coordination --operation Read
acl --transactional-id __fathom_consumers --operation Describe --operation Write
