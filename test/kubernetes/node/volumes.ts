import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_NAME } from './network.ts';

const CLASS = 'local';
const SIZE = '20Gi';

/** A default StorageClass and volumes for it, each a folder of the node, and root's: claims bind as they would to a provisioner's volumes. */
export function volumeObjects(folder: string, count: number): readonly object[] {
  const volumes = Array.from({ length: count }, (_, index) => {
    const name = `volume-${index + 1}`;
    const path = join(folder, name);
    mkdirSync(path);
    chmodSync(path, 0o755);
    return {
      apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name },
      spec: {
        capacity: { storage: SIZE }, accessModes: ['ReadWriteOnce'], storageClassName: CLASS, local: { path },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [NODE_NAME] }] }] } },
      },
    };
  });
  return [
    {
      apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer',
      metadata: { name: CLASS, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    },
    ...volumes,
  ];
}
