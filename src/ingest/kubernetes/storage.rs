//! Volumes: which provisioner or driver gives a pod its disks.

use super::needs::Asked;
use super::objects::{Object, Objects};
use super::workload::Workload;
use crate::facts::Sign;
use crate::ingest::address;
use crate::model::{Evidence, Phase};
use crate::source::yaml::Node;

/// Volume types that once were built in, and the provisioners that stand for them.
const BUILT_IN: &[(&str, &str)] = &[
    ("awsElasticBlockStore", "kubernetes.io/aws-ebs"),
    ("gcePersistentDisk", "kubernetes.io/gce-pd"),
    ("azureDisk", "kubernetes.io/azure-disk"),
    ("azureFile", "kubernetes.io/azure-file"),
    ("cinder", "kubernetes.io/cinder"),
    ("vsphereVolume", "kubernetes.io/vsphere-volume"),
    ("portworxVolume", "kubernetes.io/portworx-volume"),
];

/// What is provisioned by nobody.
const NOBODY: &str = "kubernetes.io/no-provisioner";

/// Adds what a workload's volumes rest on.
pub(super) fn read(workload: &Workload<'_>, objects: &Objects<'_>, asked: &mut Asked<'_>) {
    let object = &workload.object;
    for volume in workload.pod.get("volumes").map(Node::items).unwrap_or_default() {
        source(object, volume, "volume", asked);
        if let Some(claim) = volume.at(&["ephemeral", "volumeClaimTemplate", "spec"]) {
            class(object, claim, "ephemeral volume", objects, asked);
        }
        let Some(name) = volume.text_at(&["persistentVolumeClaim", "claimName"]) else { continue };
        let Some(claim) = objects.find("PersistentVolumeClaim", object.namespace, name, object.source) else {
            continue;
        };
        if let Some(spec) = claim.at(&["spec"]) {
            class(claim, spec, &format!("claim {name}"), objects, asked);
        }
    }
    for template in object.at(&["spec", "volumeClaimTemplates"]).map(Node::items).unwrap_or_default() {
        if let Some(spec) = template.get("spec") {
            let name = template.text_at(&["metadata", "name"]).unwrap_or_default();
            class(object, spec, format!("claim {name}").trim_end(), objects, asked);
        }
    }
}

/// What a volume itself names: a driver, a built-in type, a file server.
fn source(object: &Object<'_>, volume: &Node, what: &str, asked: &mut Asked<'_>) {
    if let Some((node, driver)) = volume.at(&["csi", "driver"]).and_then(|node| Some((node, node.text()?))) {
        asked.sign(Sign::Provisioner(driver.into()), object.evidence(node, &format!("{what}: driver {driver}")));
    }
    for (key, provisioner) in BUILT_IN {
        if let Some((key, _)) = volume.entry(key) {
            asked.sign(Sign::Provisioner((*provisioner).into()), object.evidence(key, what));
        }
    }
    if let Some((node, server)) = volume.at(&["nfs", "server"]).and_then(|node| Some((node, node.text()?))) {
        let evidence = object.evidence(node, &format!("{what}: file server"));
        asked.addresses(Phase::Run, address::of_variable("HOST", server), &evidence);
    }
}

/// What a claim rests on: the provisioner of its class, or the volume that it is bound to.
fn class(object: &Object<'_>, claim: &Node, what: &str, objects: &Objects<'_>, asked: &mut Asked<'_>) {
    let bound = claim.text_at(&["volumeName"]).filter(|name| !name.is_empty());
    if let Some(volume) = bound.and_then(|name| objects.find("PersistentVolume", None, name, object.source)) {
        volume.at(&["spec"]).into_iter().for_each(|spec| source(volume, spec, what, asked));
        return;
    }
    let written = claim.get("storageClassName").and_then(|node| Some((node, node.text()?)));
    let Some((node, name)) = written else {
        // No class at all means the cluster's default one; an empty name means none.
        let default = |class: &&Object<'_>| {
            class.text(&["metadata", "annotations", "storageclass.kubernetes.io/is-default-class"]) == Some("true")
        };
        if let Some(class) = objects.of_kind("StorageClass").find(default) {
            let evidence = object.evidence(claim, &format!("{what}, default StorageClass {}", class.name));
            provisioner(class, evidence, asked);
        }
        return;
    };
    let evidence = object.evidence(node, &format!("{what}, StorageClass {name}"));
    if let Some(class) = objects.find("StorageClass", None, name, object.source) {
        provisioner(class, evidence, asked);
    }
    let of_class = |volume: &&Object<'_>| !name.is_empty() && volume.text(&["spec", "storageClassName"]) == Some(name);
    if let Some(volume) = objects.of_kind("PersistentVolume").find(of_class) {
        volume.at(&["spec"]).into_iter().for_each(|spec| source(volume, spec, what, asked));
    }
}

fn provisioner(class: &Object<'_>, evidence: Evidence, asked: &mut Asked<'_>) {
    if let Some(provisioner) = class.node.text_at(&["provisioner"]).filter(|name| *name != NOBODY && !name.is_empty()) {
        asked.sign(Sign::Provisioner(provisioner.into()), evidence);
    }
}
