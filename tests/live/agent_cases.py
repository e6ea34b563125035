# SPDX-License-Identifier: Apache-2.0
"""What agents_table.py tries: OCF agents with the parameters that a small host needs, the monitoring plugins that are run while each
of them is up, and the reasons why others cannot be tried on a lab host."""
import dataclasses


@dataclasses.dataclass
class Agent:
    name: str
    parameters: dict = dataclasses.field(default_factory=dict)
    setup: str = ""  # shell, on the host, before it is started
    needs: str = ""  # a program without which it cannot be tried
    plugins: list = dataclasses.field(default_factory=list)  # (plugin, argument...)


WWW = "/tmp/agents/www"
# Its errors go to a file from the beginning, as Debian's own configuration has it: else it keeps the agent's output open for good.
NGINX = f"""pid /tmp/agents/nginx.pid;
error_log /tmp/agents/nginx.log;
events {{}}
http {{ access_log off; server {{ listen 8080; root {WWW}; location /status {{ stub_status; }} }} }}"""
APACHE = """ServerRoot /etc/apache2
ServerName lab1
PidFile /tmp/agents/apache.pid
Listen 8081
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule status_module /usr/lib/apache2/modules/mod_status.so
ErrorLog /tmp/agents/apache.log
<Location /server-status>
SetHandler server-status
</Location>"""
ZONE = """$TTL 60
@ IN SOA ns.lab. root.lab. 1 60 60 60 60
@ IN NS ns.lab.
ns IN A 127.0.0.1"""
NAMED = """options { directory "/tmp/agents/named"; pid-file "/run/named/named.pid"; listen-on port 53 { 127.0.0.1; }; listen-on-v6 { none; };
recursion no; dnssec-validation no; allow-query { any; }; };
zone "lab" { type master; file "/tmp/agents/named/lab.zone"; };
zone "localhost" { type master; file "/tmp/agents/named/lab.zone"; };"""


def file(path, text):
    return f"mkdir -p $(dirname {path}); cat >{path} <<'END'\n{text}\nEND\n"


# What asks for no service of the others, spread over those that are up anyway.
ANYWHERE = [
    ("check_dummy", "0", "fine"), ("check_load", "-w", "900,900,900", "-c", "999,999,999"), ("check_disk", "-w", "1%", "-c", "0%", "-p", "/tmp"),
    ("check_procs", "-w", "1:900"), ("check_users", "-w", "90", "-c", "99"), ("check_ssh", "127.0.0.1"), ("check_tcp", "-p", "22"),
    ("check_ping", "-H", "127.0.0.1", "-w", "500,50%", "-c", "900,90%", "-p", "1"), ("check_icmp", "-n", "1", "127.0.0.1"),
    ("check_fping", "127.0.0.1"), ("check_file_age", "-w", "9999999999", "-c", "9999999999", "-f", "/etc/hostname"),
    ("check_swap", "-w", "0", "-c", "0"), ("check_sensors",), ("check_mailq", "-w", "1", "-c", "2"),
    ("check_log", "-F", "/etc/hostname", "-O", "/tmp/agents-log", "-q", "nothing"), ("check_apt", "-t", "60"), ("check_cluster", "-s", "-d", "0,0"),
    ("check_rpc", "-H", "127.0.0.1", "-C", "rpcbind"), ("check_ntp_peer", "-H", "127.0.0.1"), ("check_ntp_time", "-H", "127.0.0.1"),
    ("check_time", "-H", "127.0.0.1"), ("check_udp", "-p", "9", "-s", "x", "-e", "x"), ("check_by_ssh", "-H", "127.0.0.1", "-C", "true"),
    ("check_nagios", "-F", "/etc/hostname", "-e", "5", "-C", "nagios"), ("check_dhcp",), ("check_real", "-H", "127.0.0.1"),
    ("check_snmp", "-H", "127.0.0.1", "-o", "sysUpTime.0"), ("check_ups", "-H", "127.0.0.1", "-u", "x"), ("check_wave", "-H", "127.0.0.1"),
    ("check_nt", "-H", "127.0.0.1", "-v", "UPTIME"), ("check_overcr", "-H", "127.0.0.1", "-v", "LOAD1"), ("check_game", "q3s", "127.0.0.1"),
    ("check_jabber", "-H", "127.0.0.1"), ("check_nntp", "-H", "127.0.0.1"), ("check_clamd", "-H", "127.0.0.1"), ("check_spop", "-H", "127.0.0.1"),
    ("check_simap", "-H", "127.0.0.1"), ("check_ssmtp", "-H", "127.0.0.1"), ("check_nntps", "-H", "127.0.0.1"), ("check_radius", "-H", "127.0.0.1"),
    ("check_oracle", "--tns", "x"), ("check_ircd", "-H", "127.0.0.1"), ("check_flexlm", "-F", "/none"), ("check_breeze", "-H", "127.0.0.1"),
    ("check_hpjd", "-H", "127.0.0.1"), ("check_ifstatus", "-H", "127.0.0.1"), ("check_ifoperstatus", "-H", "127.0.0.1", "-k", "1"),
    ("check_mrtg", "-F", "/none", "-a", "AVG", "-v", "1", "-w", "1", "-c", "1"), ("check_mrtgtraf", "-F", "/none", "-a", "AVG", "-w", "1,1", "-c", "1,1"),
    ("check_disk_smb", "-H", "127.0.0.1", "-s", "x"), ("check_rta_multi", "-n", "1", "127.0.0.1"), ("check_host", "-n", "1", "127.0.0.1"),
    ("check_ide_smart", "-d", "/dev/null"), ("check_dbi", "-d", "x", "-q", "x"),
    ("check_ntp", "-H", "127.0.0.1"), ("check_imap", "-H", "127.0.0.1"), ("check_pop", "-H", "127.0.0.1"), ("check_smtp", "-H", "127.0.0.1"), ("check_curl", "-I", "127.0.0.1", "-p", "22"), ("negate", "/bin/false"),
    ("urlize", "http://x", "/bin/echo", "fine"), ("check_mysql_query", "-q", "select 1"),
]

AGENTS = [
    Agent("Dummy", {"ocf_state": "/run/agents-dummy"}),
    Agent("dummypy", {"ocf_state": "/run/agents-dummypy"}),
    Agent("Delay", {"startdelay": "1", "stopdelay": "1", "mondelay": "0"}),
    Agent("anything", {"binfile": "/bin/sleep", "cmdline_options": "1000", "pidfile": "/run/agents-sleep.pid"}),
    Agent("symlink", {"link": "/tmp/agents-link", "target": "/etc/hostname"}, plugins=[
        ("check_dummy", "1", "so so"), ("check_procs", "-w", "1:900"), ("check_tcp", "-p", "22")]),
    Agent("IPaddr2", {"ip": "10.99.0.9", "cidr_netmask": "24", "nic": "lo"}),
    Agent("IPaddr", {"ip": "10.99.1.9", "cidr_netmask": "24", "nic": "lo"}),
    Agent("IPv6addr", {"ipv6addr": "fd00:99:0:0:0:0:0:9", "cidr_netmask": "64", "nic": "lo"}),
    Agent("SendArp", {"ip": "10.99.0.8", "nic": "eth0"}),
    Agent("Route", {"destination": "10.98.0.0/24", "device": "lo"}),
    Agent("Filesystem", {"device": "tmpfs", "directory": "/tmp/agents-fs", "fstype": "tmpfs"}, "mkdir -p /tmp/agents-fs"),
    Agent("iface-bridge", {"bridge_name": "agbr0"}),
    Agent("iface-macvlan", {"device": "eth0", "ocf_name": "agmv0"}),
    Agent("iface-vlan", {"vlan_interface": "eth0", "vlan_id": "9", "vlan_name": "agvl0"}),
    Agent("portblock", {"ip": "10.99.0.7", "portno": "9999", "protocol": "tcp", "action": "block"}, needs="iptables"),
    Agent("nginx", {"configfile": "/tmp/agents/nginx.conf", "port": "8080"},
          file("/tmp/agents/nginx.conf", NGINX) + file(f"{WWW}/index.html", "works"), "nginx",
          [("check_http", "-H", "127.0.0.1", "-p", "8080"), ("check_curl", "-H", "127.0.0.1", "-p", "8080")]),
    Agent("apache", {"configfile": "/tmp/agents/apache.conf", "httpd": "/usr/sbin/apache2", "statusurl": "http://127.0.0.1:8081/server-status"},
          file("/tmp/agents/apache.conf", APACHE), "apache2", [("check_http", "-H", "127.0.0.1", "-p", "8081", "-u", "/server-status")]),
    Agent("pgsql", {"pgdata": "/tmp/agents-pg", "pgctl": "PGBIN/pg_ctl", "psql": "PGBIN/psql", "pgdba": "postgres", "socketdir": "/var/run/postgresql"},
          "rm -rf /tmp/agents-pg; install -d -o postgres -g postgres /var/run/postgresql /tmp/agents-pg; "
          "su postgres -c 'PGBIN/initdb -A trust -D /tmp/agents-pg'", "psql", [("check_pgsql", "-H", "127.0.0.1", "-l", "postgres", "-d", "template1")]),
    Agent("mysql", {"binary": "/usr/sbin/mariadbd", "client_binary": "/usr/bin/mariadb", "config": "/tmp/agents/my.cnf", "datadir": "/tmp/agents-my",
                    "socket": "/tmp/agents-my/sock", "pid": "/tmp/agents-my/pid", "log": "/tmp/agents-my.log", "user": "mysql", "group": "mysql"},
          file("/tmp/agents/my.cnf", "[mysqld]\nskip-networking=0\nbind-address=127.0.0.1") + "rm -rf /tmp/agents-my; install -d -o mysql /tmp/agents-my; "
          "mariadb-install-db --defaults-file=/tmp/agents/my.cnf --datadir=/tmp/agents-my --user=mysql", "mariadbd",
          [("check_mysql", "-s", "/tmp/agents-my/sock", "-u", "root"), ("check_mysql_query", "-s", "/tmp/agents-my/sock", "-u", "root", "-q", "select 1")]),
    Agent("redis", {"config": "/tmp/agents/redis.conf", "bin": "/usr/bin/redis-server", "socket_name": "/run/redis/agents.sock",
                    "rundir": "/run/redis", "pidfile_name": "agents.pid", "user": "redis"},
          file("/tmp/agents/redis.conf", "port 0\ndir /tmp\nappendonly no\nsave ''"), "redis-server"),
    Agent("named", {"named_config": "/tmp/agents/named.conf", "named_user": "bind", "monitor_request": "ns.lab", "monitor_response": "127.0.0.1",
                    "monitor_ip": "127.0.0.1"},
          file("/tmp/agents/named.conf", NAMED) + file("/tmp/agents/named/lab.zone", ZONE) + "install -d -o bind /run/named; chown -R bind /tmp/agents/named",
          "named", [("check_dns", "-H", "ns.lab", "-s", "127.0.0.1"), ("check_dig", "-H", "127.0.0.1", "-l", "ns.lab")]),
    Agent("slapd", {"config": "/tmp/agents/slapd.conf", "services": "ldap://127.0.0.1:389", "user": "openldap", "group": "openldap",
                    "pidfile": "/run/slapd/agents.pid"},
          file("/tmp/agents/slapd.conf", "include /etc/ldap/schema/core.schema\npidfile /run/slapd/agents.pid\nmodulepath /usr/lib/ldap\n"
               "moduleload back_mdb\ndatabase mdb\nsuffix \"dc=lab\"\ndirectory /tmp/agents-ldap") +
          "install -d -o openldap -g openldap /run/slapd /tmp/agents-ldap", "slapd", [("check_ldap", "-H", "127.0.0.1", "-b", "dc=lab", "-3"), ("check_ldaps", "-H", "127.0.0.1", "-b", "dc=lab", "-3")]),
    Agent("Squid", {"squid_exe": "/usr/sbin/squid", "squid_conf": "/tmp/agents/squid.conf", "squid_pidfile": "/run/agents-squid.pid", "squid_port": "3128"},
          file("/tmp/agents/squid.conf", "http_port 3128\npid_filename /run/agents-squid.pid\ncache_log /tmp/agents-squid.log\naccess_log none\n"
               "pinger_enable off\nshutdown_lifetime 1 seconds\nhttp_access allow all"), "squid"),
    Agent("dhcpd", {"config": "/tmp/agents/dhcpd.conf", "interface": "eth0", "chrooted": "false", "user": "root", "leases": "/var/lib/dhcp/dhcpd.leases", "pid": "/run/agents-dhcpd.pid"},
          file("/tmp/agents/dhcpd.conf", "subnet 10.213.0.0 netmask 255.255.0.0 { }") + "mkdir -p /var/lib/dhcp; touch /var/lib/dhcp/dhcpd.leases", "dhcpd"),
    Agent("vsftpd", {"conffile": "/tmp/agents/vsftpd.conf", "binpath": "/usr/sbin/vsftpd"},
          file("/tmp/agents/vsftpd.conf", "listen=YES\nbackground=YES\nlisten_port=21\nseccomp_sandbox=NO") + "mkdir -p /var/run/vsftpd/empty", "vsftpd", [("check_ftp", "-H", "127.0.0.1")]),
    Agent("proftpd", {"conffile": "/tmp/agents/proftpd.conf", "pidfile": "/run/agents-proftpd.pid", "binary": "/usr/sbin/proftpd"},
          file("/tmp/agents/proftpd.conf", "ServerType standalone\nPort 2121\nPidFile /run/agents-proftpd.pid\nUser nobody\nGroup nogroup\nScoreboardFile /run/agents-proftpd.score"), "proftpd"),
    Agent("Pure-FTPd", {"script": "/usr/sbin/pure-ftpd-wrapper", "pidfile": "/run/pure-ftpd/pure-ftpd.pid"}, needs="pure-ftpd"),
    Agent("rsyncd", {"binpath": "/usr/bin/rsync", "conffile": "/tmp/agents/rsyncd.conf"},
          file("/tmp/agents/rsyncd.conf", "pid file = /run/agents-rsyncd.pid\nport = 8730"), "rsync"),
    Agent("rsyslog", {"configfile": "/tmp/agents/rsyslog.conf", "rsyslog_binary": "/usr/sbin/rsyslogd"}, file("/tmp/agents/rsyslog.conf", "*.* /tmp/agents.syslog"), "rsyslogd"),
    Agent("syslog-ng", {"configfile": "/tmp/agents/syslog-ng.conf", "syslog_ng_binary": "/usr/sbin/syslog-ng"},
          file("/tmp/agents/syslog-ng.conf", "@version: 3.38\nsource s { internal(); };\ndestination d { file(\"/tmp/agents-ng.log\"); };\nlog { source(s); destination(d); };"), "syslog-ng"),
    Agent("varnish", {"config": "/tmp/agents/varnish.vcl", "ocf_name": "agents", "listen_address": "127.0.0.1:6081", "mgmt_address": "127.0.0.1:6082", "secret": "/tmp/agents/varnish.secret",
                      "backend_type": "malloc", "backend_size": "16M", "client_binary": "/usr/bin/varnishadm", "pid": "/run/agents-varnish.pid"},
          file("/tmp/agents/varnish.secret", "x") + file("/tmp/agents/varnish.vcl", 'vcl 4.1;\nbackend default { .host = "127.0.0.1"; .port = "8080"; }'), "varnishd"),
    Agent("dovecot", {"config_file": "/tmp/agents/dovecot.conf", "binary": "/usr/sbin/dovecot"},
          file("/tmp/agents/dovecot.conf", "protocols =\nbase_dir = /run/agents-dovecot\nlog_path = /tmp/agents-dovecot.log\nssl = no"), "dovecot"),
    Agent("Xinetd", {"service": "agents"}, file("/etc/xinetd.d/agents", "service agents\n{\n disable = yes\n type = UNLISTED\n port = 9998\n socket_type = stream\n wait = no\n user = nobody\n server = /bin/cat\n}") + "xinetd -pidfile /run/xinetd.pid", "xinetd"),
    Agent("conntrackd", {"config": "/tmp/agents/conntrackd.conf", "binary": "/usr/sbin/conntrackd"}, "", "conntrackd"),
    Agent("kamailio", {"conffile": "/tmp/agents/kamailio.cfg", "pidfile": "/run/agents-kamailio.pid", "listen_address": "127.0.0.1"}, "", "kamailio"),
    Agent("nfsserver", {"nfs_shared_infodir": "/tmp/agents-nfs"}, "mkdir -p /tmp/agents-nfs", "rpc.nfsd"),
    Agent("VirtualDomain", {"config": "/tmp/agents/domain.xml", "hypervisor": "qemu:///system", "force_stop": "true"},
          file("/tmp/agents/domain.xml", "<domain type='qemu'><name>agents</name><memory unit='MiB'>64</memory><os><type arch='x86_64'>hvm</type></os></domain>"), "virsh"),
    Agent("MailTo", {"email": "root@localhost"}, needs="mail"),
    Agent("SysInfo", {"pidfile": "/run/agents-sysinfo"}, needs="attrd_updater"),
    Agent("Stateful", {"ocf_state": "/run/agents-stateful"}),
    Agent("ethmonitor", {"interface": "eth0"}, needs="attrd_updater"),
]

for number, plugin in enumerate(ANYWHERE):
    AGENTS[number % 7].plugins.append(plugin)

CLOUD = "the API of a cloud"
PACEMAKER = "Pacemaker itself, whose attributes or quorum it uses"
FOREIGN = "software that Debian 12 does not have"
KERNEL = "devices or modules of the kernel, which are the whole machine's"
REASONS = {
    CLOUD: "aliyun-vpc-move-ip aws-vpc-move-ip aws-vpc-route53 awseip awsvip azure-events azure-events-az azure-lb gcp-ilb gcp-pd-move gcp-vpc-move-ip "
           "gcp-vpc-move-route gcp-vpc-move-vip ocivip openstack-cinder-volume openstack-floating-ip openstack-info openstack-virtual-ip vmware",
    PACEMAKER: "ClusterMon CTDB NodeUtilization mariadb galera garbd pingd ovsmonitor rabbitmq-cluster rabbitmq-server-ha clvm lvmlockd storage-mon sg_persist mpathpersist "
               "corosync-qnetd machine-info lxd-info ids sfex scsi2reservation mysql-proxy ldirectord",
    FOREIGN: "AudibleAlarm Evmsd EvmsSCC ICP LinuxSCSI ManageVE SAPDatabase SAPInstance ServeRAID SphinxSearchDaemon VIPArip WAS WAS6 WinPopup db2 eDir88 jboss jira "
             "oraasm oracle oralsnr rkt sybaseASE tomcat minio asterisk nagios zabbixserver dnsupdate docker docker-compose podman lxc ManageRAID fio postfix pgagent smb-share Xen pound",
    KERNEL: "AoEtarget LVM LVM-activate Raid1 mdraid ZFS crypt exportfs iSCSILogicalUnit iSCSITarget iscsi nfsnotify nvmet-namespace nvmet-port nvmet-subsystem vdo-vol ipsec IPsrcaddr",
}


def reason_of(agent):
    return next((reason for reason, names in REASONS.items() if agent in names.split()), None)


PLUGIN_REASONS = {
    "check_nwstat": "not tried: it needs a NetWare server",
    "check_ftp": "not tried: the server that it was to ask did not start",
    "check_ldap": "not tried: the server that it was to ask did not start",
    "check_ldaps": "not tried: the server that it was to ask did not start",
}
