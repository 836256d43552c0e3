/**
 * The frame of every nginx of the benchmark: in the foreground, one worker, no logs, all its files in one folder, connections
 * kept as long as the clients want. `name` tells its files from those of other nginxes in the folder.
 */
export function nginxMain(folder: string, name: string, http: string): string {
  // Started by root, its worker would be somebody else and could not read the folder.
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
daemon off; ${user} worker_processes 1; pid ${folder}/${name}.pid; error_log ${folder}/${name}.log;
events { worker_connections 16384; }
http {
  access_log off; server_tokens off; keepalive_requests 1000000000;
  server_names_hash_max_size 65536; server_names_hash_bucket_size 64;
  ${temporary.map(each => `${each}_temp_path ${folder};`).join(' ')}
${http}
}
`
}
