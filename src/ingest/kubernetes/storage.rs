//! Volumes: which provisioner or driver gives a pod its disks.

use std::collections::HashMap;

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

/// What the cluster offers to those who claim a volume.
#[derive(Default)]
pub(super) struct Volumes<'o, 'a> {
    /// The class of claims that name none.
    default: Option<&'o Object<'a>>,
    /// A volume of each class that somebody made by hand.
    by_class: HashMap<&'a str, &'o Object<'a>>,
}

impl<'o, 'a> Volumes<'o, 'a> {
    /// Finds classes and volumes.
    pub(super) fn new(objects: &'o Objects<'a>) -> Self {
        let is_default = |class: &&Object<'a>| {
            class.text(&["metadata", "annotations", "storageclass.kubernetes.io/is-default-class"]) == Some("true")
        };
        let default = objects.of_kind("StorageClass").find(is_default);
        let mut volumes = Volumes { default, by_class: HashMap::new() };
        for volume in objects.of_kind("PersistentVolume") {
            if let Some(class) = volume.text(&["spec", "storageClassName"]).filter(|class| !class.is_empty()) {
                volumes.by_class.entry(class).or_insert(volume);
            }
        }
        volumes
    }

    /// Adds what a workload's volumes rest on.
    pub(super) fn read(&self, workload: &Workload<'_>, objects: &Objects<'_>, asked: &mut Asked<'_>) {
        let object = &workload.object;
        for volume in workload.pod.get("volumes").map(Node::items).unwrap_or_default() {
            source(object, volume, "volume", asked);
            if let Some(claim) = volume.at(&["ephemeral", "volumeClaimTemplate", "spec"]) {
                self.class(object, claim, "ephemeral volume", objects, asked);
            }
            let Some(name) = volume.text_at(&["persistentVolumeClaim", "claimName"]) else { continue };
            let Some(claim) = objects.find("PersistentVolumeClaim", object.namespace, name, object.source) else {
                continue;
            };
            if let Some(spec) = claim.at(&["spec"]) {
                self.class(claim, spec, &format!("claim {name}"), objects, asked);
            }
        }
        for template in object.at(&["spec", "volumeClaimTemplates"]).map(Node::items).unwrap_or_default() {
            if let Some(spec) = template.get("spec") {
                let name = template.text_at(&["metadata", "name"]).unwrap_or_default();
                self.class(object, spec, format!("claim {name}").trim_end(), objects, asked);
            }
        }
    }

    /// What a claim rests on: the provisioner of its class, or the volume that it is bound to.
    fn class(&self, object: &Object<'_>, claim: &Node, what: &str, objects: &Objects<'_>, asked: &mut Asked<'_>) {
        let bound = claim.text_at(&["volumeName"]).filter(|name| !name.is_empty());
        if let Some(volume) = bound.and_then(|name| objects.find("PersistentVolume", None, name, object.source)) {
            volume.at(&["spec"]).into_iter().for_each(|spec| source(volume, spec, what, asked));
            return;
        }
        let written = claim.get("storageClassName").and_then(|node| Some((node, node.text()?)));
        let Some((node, name)) = written else {
            // No class at all means the cluster's default one; an empty name means none.
            if let Some(class) = self.default {
                let evidence = object.evidence(claim, &format!("{what}, default StorageClass {}", class.name));
                provisioner(class, evidence, asked);
            }
            return;
        };
        let evidence = object.evidence(node, &format!("{what}, StorageClass {name}"));
        if let Some(class) = objects.find("StorageClass", None, name, object.source) {
            provisioner(class, evidence, asked);
        }
        if let Some(volume) = self.by_class.get(name) {
            volume.at(&["spec"]).into_iter().for_each(|spec| source(volume, spec, what, asked));
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

fn provisioner(class: &Object<'_>, evidence: Evidence, asked: &mut Asked<'_>) {
    if let Some(provisioner) = class.node.text_at(&["provisioner"]).filter(|name| *name != NOBODY && !name.is_empty()) {
        asked.sign(Sign::Provisioner(provisioner.into()), evidence);
    }
}
