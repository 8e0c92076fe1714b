interface ConfigValues {
  httpPort: number
  databasePort: number
  database: string
}

/** ejabberd.yml: XMPP over WebSocket on the loopback interface, accounts, rooms and their archive
 *  in PostgreSQL, a pool of ten; nothing limited, nothing else loaded. */
export function ejabberdConfig({ httpPort, databasePort, database }: ConfigValues): string {
  return `
hosts: [localhost]
loglevel: warning
listen:
  - port: ${httpPort}
    ip: 127.0.0.1
    module: ejabberd_http
    backlog: 1024
    request_handlers:
      /ws: ejabberd_http_ws
auth_method: [sql]
default_db: sql
new_sql_schema: false
sql_type: pgsql
sql_server: 127.0.0.1
sql_port: ${databasePort}
sql_database: ${database}
sql_username: parley
sql_password: unused
sql_pool_size: 10
sql_prepared_statements: true
acl:
  local:
    user_regexp: ""
access_rules:
  local:
    allow: local
modules:
  mod_muc:
    host: conference.localhost
    access: all
    access_create: all
    access_persistent: all
    db_type: sql
    max_users: 5000
    min_message_interval: 0
    default_room_options:
      persistent: false
      mam: true
      max_users: 5000
  mod_mam:
    db_type: sql
    default: always
    compress_xml: false
`
}
